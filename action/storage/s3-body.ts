import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Purpose } from './object-store.ts'
import { once, type S3World } from './s3-world.ts'

/** A body that ended early although nothing complained. */
export function cutShort(): Error {
  return Object.assign(new Error('The body ended early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
}

/** A body's bytes as the SDK hands them over: as chunks of its own size. */
export async function* chunksOf(body: GetObjectCommandOutput['Body']): AsyncGenerator<Uint8Array> {
  if (body === undefined) return
  if (!(Symbol.asyncIterator in body)) throw cutShort()
  for await (const chunk of body) yield chunk
}

/** The same, with faults of the connection as failures. */
export async function* safeChunksOf(
  world: S3World,
  purpose: Purpose,
  body: GetObjectCommandOutput['Body'],
): AsyncGenerator<Uint8Array> {
  const iterator = chunksOf(body)
  try {
    while (true) {
      const sent = await once(world, purpose, () => iterator.next())
      if (sent.kind === 'fault') throw sent.failure
      if (sent.answer.done === true) return
      yield sent.answer.value
    }
  } finally {
    await iterator.return(undefined)
  }
}

/**
 * A body in memory.
 *
 * @param sizeMaxBytes more is refused: a document is never that large
 */
export async function collect(
  body: GetObjectCommandOutput['Body'],
  size: number | undefined,
  sizeMaxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let total = 0
  for await (const chunk of chunksOf(body)) {
    total += chunk.length
    if (total > sizeMaxBytes) throw new RangeError(`A document exceeds ${sizeMaxBytes} bytes`)
    chunks.push(chunk)
  }
  if (size !== undefined && total !== size) throw cutShort()
  return Buffer.concat(chunks, total)
}
