import type { DumpScanner } from './dump-scanner.ts'
import { compileKernel, createMemory, instantiateKernel, pageSizeBytes } from './kernel.ts'

/** What the kernel's `scan` tells of a piece of a dump. */
export interface LineBreaks {
  readonly newlines: number
  /** Whether COPY data may end within. */
  readonly mayEndData: boolean
}

/** Counts the line breaks of pieces of at most `sizeMaxBytes`, several bytes at a time. */
export function createLineBreakCounter(sizeMaxBytes: number): (chunk: Uint8Array) => LineBreaks {
  const slackBytes = 64
  const memory = createMemory(pageSizeBytes + sizeMaxBytes + slackBytes)
  const kernel = instantiateKernel(compileKernel(), memory)
  const bytes = new Uint8Array(memory.buffer)
  return (chunk) => {
    bytes.set(chunk, pageSizeBytes)
    const scanned = kernel.scan(pageSizeBytes, chunk.length)
    return { newlines: scanned & 0x7fffffff, mayEndData: scanned < 0 }
  }
}

/** Moves the scanner on by a chunk. Most of a dump is rows, of which only line breaks matter. */
export function scanPiece(
  scanner: DumpScanner,
  chunk: Uint8Array,
  count: (chunk: Uint8Array) => LineBreaks,
): void {
  const breaks = scanner.isInsideRow() ? count(chunk) : undefined
  if (breaks === undefined || breaks.mayEndData) {
    scanner.push(chunk)
  } else {
    scanner.skipRows(breaks.newlines, chunk)
  }
}
