import { createHash } from 'node:crypto'
import type { ChunkSeed } from './signed-fetch.ts'
import { EMPTY_SHA256, sign } from './sigv4.ts'

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Frames and signs chunks as `aws-chunked` wants it, with signed trailers where there are any. */
export function signChunks(
  chunks: readonly Buffer[],
  seed: ChunkSeed,
  trailers: Readonly<Record<string, string>> = {},
): Buffer {
  let previous = seed.signature
  const next = (kind: string, digests: readonly string[]) => {
    const head = [`AWS4-HMAC-SHA256-${kind}`, seed.timestamp, seed.scope, previous]
    previous = sign(seed.key, [...head, ...digests].join('\n'))
    return previous
  }
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}`)
  const hasTrailers = lines.length > 0
  const pieces = [...chunks, Buffer.alloc(0)].map((chunk) => {
    const signature = next('PAYLOAD', [EMPTY_SHA256, sha256(chunk)])
    const head = Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`)
    const isLast = chunk.length === 0
    return Buffer.concat([head, chunk, Buffer.from(isLast && hasTrailers ? '' : '\r\n')])
  })
  if (!hasTrailers) return Buffer.concat(pieces)
  const signature = next('TRAILER', [sha256(lines.map((line) => `${line}\n`).join(''))])
  const end = [...lines, `x-amz-trailer-signature:${signature}`, '', ''].join('\r\n')
  return Buffer.concat([...pieces, Buffer.from(end)])
}
