/** What the kernel's module exports; see action/stream/kernel/index.ts. */
export interface Kernel {
  stateSize(): number
  deflate(
    state: number,
    input: number,
    windowSize: number,
    size: number,
    output: number,
    isFinal: number,
    depthMin: number,
    depthMax: number,
    nice: number,
    lazy: number,
  ): number
  scan(input: number, size: number): number
}

/** One block to compress; addresses are those of the shared memory. */
export interface BlockJob {
  readonly slot: number
  readonly input: number
  readonly windowSize: number
  readonly size: number
  readonly output: number
  readonly isFinal: boolean
  readonly depthMin: number
  readonly depthMax: number
  readonly nice: number
  readonly lazy: number
}

/** What became of it. */
export interface DeflatedBlock {
  readonly slot: number
  readonly storedSize: number
  readonly crc: number
  readonly newlines: number
  /** Whether COPY data may end within. */
  readonly mayEndData: boolean
}

/** CRC-32 of bytes, as node:zlib has it. */
export type Crc32 = (bytes: Uint8Array) => number

/**
 * Compresses one block. The text of this function becomes part of the worker, so it refers to
 * nothing outside itself.
 */
export function deflateBlock(
  kernel: Kernel,
  state: number,
  bytes: Uint8Array,
  crc32: Crc32,
  job: BlockJob,
): DeflatedBlock {
  const { slot, input, windowSize, size, output, isFinal, depthMin, depthMax, nice, lazy } = job
  const scanned = kernel.scan(input, size)
  return {
    slot,
    storedSize: kernel.deflate(
      state,
      input,
      windowSize,
      size,
      output,
      isFinal ? 1 : 0,
      depthMin,
      depthMax,
      nice,
      lazy,
    ),
    crc: crc32(bytes.subarray(input, input + size)),
    newlines: scanned & 0x7fffffff,
    mayEndData: scanned < 0,
  }
}
