import type { Writable } from 'node:stream'
import type { Program } from '../run-program.ts'
import { release } from './release.ts'

/**
 * Writes a stream into a program that may have enough before its end: how it ends says whether that was well. Returns when all
 * is written, or nobody reads any more. The chunks are taken over; the program's input stays open.
 */
export async function feedProgram(
  { stdin }: Program,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (stdin === null) throw new Error('a program that is to be fed needs a pipe')
  for await (const chunk of source) {
    if (stdin.destroyed) return
    if (!stdin.write(chunk)) await roomOrClose(stdin)
    if (stdin.writableLength === 0) release(chunk)
  }
}

function roomOrClose(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stdin.off('drain', done)
      stdin.off('close', done)
      resolve()
    }
    stdin.on('drain', done)
    stdin.on('close', done)
    if (stdin.destroyed) done()
  })
}
