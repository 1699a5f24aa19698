import { createHash } from 'node:crypto'
import { hasCustomMagic } from '../domain/content-checks.ts'
import type { Inspection } from '../job/ports.ts'
import { createArchiveScanner } from './archive-scanner.ts'
import { createDumpScanner } from './dump-scanner.ts'
import { expandedSizeMaxBytes, expandMember, type OnStored } from './expand-member.ts'
import { createLineBreakCounter, scanPiece } from './line-breaks.ts'
import { release } from './release.ts'

/** As much of the beginning as holds the magic of an archive. */
const headSizeBytes = 8

/** Reads stored bytes to their end, and hands each piece to `onStored` on the way. */
export async function inspect(
  stored: AsyncIterable<Uint8Array>,
  format: 'plain' | 'custom',
  signal?: AbortSignal,
  onStored?: OnStored,
): Promise<Inspection> {
  const hash = createHash('sha256')
  const scanner = format === 'plain' ? createDumpScanner() : undefined
  const archive = format === 'custom' ? createArchiveScanner({ countRows: false }) : undefined
  const count = createLineBreakCounter(expandedSizeMaxBytes)
  let storedSize = 0
  let rawSize = 0
  let head: Uint8Array = new Uint8Array()
  const raw = expandMember(stored, signal, (chunk) => {
    const work = onStored?.(chunk)
    storedSize += chunk.length
    hash.update(chunk)
    return work
  })
  for await (const chunk of raw) {
    if (head.length < headSizeBytes) {
      head = Buffer.concat([head, chunk.subarray(0, headSizeBytes)])
    }
    rawSize += chunk.length
    if (scanner !== undefined) {
      scanPiece(scanner, chunk, count)
    }
    archive?.push(chunk)
    release(chunk)
  }
  const totals = { rawSize, storedSize, checksum: hash.digest('hex') }
  if (scanner === undefined) {
    const isWhole = hasCustomMagic(head)
    const found = { isWhole, metaCommands: [], largeObjects: false }
    return { ...totals, ...found, ...archive?.end() }
  }
  return { ...totals, ...scanner.end() }
}
