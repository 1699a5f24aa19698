import { createHash } from 'node:crypto'
import type { Inspection } from '../job/ports.ts'
import { createDumpScanner } from './dump-scanner.ts'
import { expandedSizeMaxBytes, expandMember, type OnStored } from './expand-member.ts'
import { createLineBreakCounter, scanPiece } from './line-breaks.ts'
import { release } from './release.ts'

const customMagic = 'PGDMP'

/** Reads stored bytes to their end, and hands each piece to `onStored` on the way. */
export async function inspect(
  stored: AsyncIterable<Uint8Array>,
  format: 'plain' | 'custom',
  signal?: AbortSignal,
  onStored?: OnStored,
): Promise<Inspection> {
  const hash = createHash('sha256')
  const scanner = format === 'plain' ? createDumpScanner() : undefined
  const count = createLineBreakCounter(expandedSizeMaxBytes)
  let storedSize = 0
  let rawSize = 0
  let head = ''
  const raw = expandMember(stored, signal, (chunk) => {
    const work = onStored?.(chunk)
    storedSize += chunk.length
    hash.update(chunk)
    return work
  })
  for await (const chunk of raw) {
    if (head.length < customMagic.length) {
      head += Buffer.from(chunk.subarray(0, customMagic.length)).toString('latin1')
    }
    rawSize += chunk.length
    if (scanner !== undefined) {
      scanPiece(scanner, chunk, count)
    }
    release(chunk)
  }
  const totals = { rawSize, storedSize, checksum: hash.digest('hex') }
  if (scanner === undefined) {
    const isWhole = head.startsWith(customMagic)
    return { ...totals, isWhole, metaCommands: [], largeObjects: false }
  }
  return { ...totals, ...scanner.end() }
}
