import { createReadStream } from 'node:fs'
import type { SpooledFile } from '../job/ports.ts'
import { expandMember } from './expand-member.ts'

const readSizeBytes = 512 * 1024

/** The dump inside a spooled file. */
export async function* expand(
  file: SpooledFile,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stored = createReadStream(file.path, { highWaterMark: readSizeBytes })
  yield* expandMember(stored, signal)
}
