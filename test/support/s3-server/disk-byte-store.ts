import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, mkdtemp, open, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type ByteStore, countHolders, type Segment, type SegmentWriter } from './byte-store.ts'

/** So much is gathered before the disk is asked: a call per network chunk would halve the speed. */
const BATCH_BYTES = 1024 * 1024

/** Size of a read. */
const READ_BYTES = 256 * 1024

function createSegment(path: string, size: number): Segment {
  return {
    size,
    // `end` of a read stream is inclusive.
    read: (start, end) =>
      createReadStream(path, { start, end: end - 1, highWaterMark: READ_BYTES }),
    ...countHolders(() => unlink(path)),
  }
}

function createWriter(path: string, file: FileHandle): SegmentWriter {
  let batch: Buffer[] = []
  let batchBytes = 0
  let size = 0
  async function flush() {
    const chunks = batch
    batch = []
    batchBytes = 0
    if (chunks.length > 0) await file.writev(chunks)
  }
  return {
    write(chunk) {
      batch.push(chunk)
      batchBytes += chunk.length
      size += chunk.length
      return batchBytes >= BATCH_BYTES ? flush() : undefined
    },
    async finish() {
      await flush()
      await file.close()
      return createSegment(path, size)
    },
    async discard() {
      await file.close()
      await unlink(path)
    },
  }
}

/** Keeps every segment in a file of its own, in a new folder inside `directory`. */
export async function createDiskByteStore(directory: string): Promise<ByteStore> {
  await mkdir(directory, { recursive: true })
  const folder = await mkdtemp(join(directory, 'segments-'))
  let count = 0
  return {
    async open() {
      count += 1
      const path = join(folder, `${count}.bin`)
      return createWriter(path, await open(path, 'wx'))
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
