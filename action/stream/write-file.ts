import type { FileHandle } from 'node:fs/promises'
import { diskFailure } from '../domain/disk-failure.ts'
import type { Stage } from '../domain/failure.ts'
import type { SpooledFile } from '../job/ports.ts'
import type { PrivateFiles } from './private-files.ts'

/** Writes a chunk whole, after all before it. */
export type Write = (chunk: Uint8Array) => Promise<void>

/**
 * Lets `fill` write a new private file. Where it fails, the file is gone.
 * @throws Failure `disk_full`
 */
export async function writeFile<T>(
  files: PrivateFiles,
  suffix: string,
  stage: Stage,
  fill: (write: Write) => Promise<T>,
): Promise<{ readonly file: SpooledFile; readonly value: T }> {
  const { path, handle } = await files.create(suffix).catch((error: unknown) => {
    throw diskFailure(error, stage)
  })
  let size = 0
  try {
    const value = await closing(handle, () =>
      fill(async (chunk) => {
        await writeWhole(handle, chunk)
        size += chunk.length
      }),
    )
    return { file: { path, size }, value }
  } catch (error) {
    await files.remove(path)
    throw diskFailure(error, stage)
  }
}

async function closing<T>(handle: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await handle.close()
  }
}

async function writeWhole(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  let at = 0
  while (at < chunk.length) {
    const { bytesWritten } = await handle.write(chunk, at)
    at += bytesWritten
  }
}
