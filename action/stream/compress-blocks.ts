import { crc32 } from 'node:zlib'
import { Failure } from '../domain/failure.ts'
import { abortable } from './abortable.ts'
import { blockSizeBytes, createBlockMemory, windowSizeBytes } from './block-memory.ts'
import { type BlockJob, type DeflatedBlock, deflateBlock } from './deflate-block.ts'
import { createDeflatePool, type DeflatePool, slotsFor } from './deflate-pool.ts'
import type { LevelSettings } from './level-settings.ts'
import type { LineBreaks } from './line-breaks.ts'

/** A compressed block, valid until the next one is asked for. */
export interface CompressedBlock extends LineBreaks {
  /** A view of memory that is used again. */
  readonly raw: Uint8Array
  /** A copy. */
  readonly stored: Uint8Array
  readonly crc: number
}

/** Inputs of no more blocks are compressed here: starting a thread takes longer. */
const blocksWithoutThreadsMax = 2

interface Entry {
  readonly job: BlockJob
  done: DeflatedBlock | undefined
  work: Promise<DeflatedBlock | Failure> | undefined
}

/**
 * Deflate blocks of `source`, compressed at the same time on up to `threadsMax` threads and given out
 * in order; the last one is final. The source is read only as far as there is room for its blocks.
 */
export async function* compressBlocks(
  source: AsyncIterable<Uint8Array>,
  settings: LevelSettings,
  threadsMax: number,
  signal?: AbortSignal,
  createPool = createDeflatePool,
): AsyncGenerator<CompressedBlock, void, undefined> {
  const memory = createBlockMemory(threadsMax, slotsFor(threadsMax))
  const { bytes } = memory
  const free = Array.from({ length: memory.slots }, (_, slot) => slot)
  const queue: Entry[] = []
  let pool: DeflatePool | undefined
  let slot = free.shift() ?? 0
  let filled = 0
  let windowSize = 0

  function close(isFinal: boolean): void {
    const input = memory.inputAt(slot)
    const output = memory.outputAt(slot)
    const job = { slot, input, windowSize, size: filled, output, isFinal, ...settings }
    queue.push({ job, done: undefined, work: undefined })
    if (pool === undefined && queue.length > blocksWithoutThreadsMax) {
      pool = createPool(memory, threadsMax)
    }
    if (pool !== undefined) {
      for (const entry of queue) {
        entry.work ??= start(pool, entry)
      }
    }
  }

  function open(next: number): void {
    const end = memory.inputAt(slot) + filled
    windowSize = Math.min(windowSizeBytes, windowSize + filled)
    bytes.copyWithin(memory.inputAt(next) - windowSize, end - windowSize, end)
    slot = next
    filled = 0
  }

  async function finish({ job, work }: Entry): Promise<CompressedBlock> {
    const done =
      work === undefined
        ? deflateBlock(memory.instantiate(), memory.stateAt(0), bytes, crc32, job)
        : await abortable(work, signal)
    if (done instanceof Failure) {
      throw done
    }
    const { crc, newlines, mayEndData, storedSize } = done
    return {
      raw: bytes.subarray(job.input, job.input + job.size),
      stored: bytes.slice(job.output, job.output + storedSize),
      crc,
      newlines,
      mayEndData,
    }
  }

  /** Gives out finished blocks, and waits for one where there is no room left. */
  async function* release(until: (entry: Entry) => boolean): AsyncGenerator<CompressedBlock> {
    for (let entry = queue[0]; entry !== undefined && until(entry); entry = queue[0]) {
      yield await finish(entry)
      queue.shift()
      free.push(entry.job.slot)
    }
  }

  try {
    for await (const chunk of source) {
      let at = 0
      while (at < chunk.length) {
        if (filled === blockSizeBytes) {
          close(false)
          yield* release((entry) => entry.done !== undefined || free.length === 0)
          open(free.shift() ?? 0)
        }
        const taken = Math.min(chunk.length - at, blockSizeBytes - filled)
        bytes.set(chunk.subarray(at, at + taken), memory.inputAt(slot) + filled)
        filled += taken
        at += taken
      }
    }
    close(true)
    yield* release(() => true)
  } finally {
    await pool?.close()
  }
}

async function start(pool: DeflatePool, entry: Entry): Promise<DeflatedBlock | Failure> {
  const end = await pool.run(entry.job)
  if (!(end instanceof Failure)) {
    entry.done = end
  }
  return end
}
