import { createHash } from 'node:crypto'
import type { Authentication } from './authenticate.ts'
import { s3Error } from './s3-error.ts'
import { EMPTY_SHA256, scopeText, sign } from './sigv4.ts'

/** A chunk's head or a trailer line is never longer. */
const LINE_MAX_BYTES = 16 * 1024

/** How chunks and trailers of an `aws-chunked` body prove themselves. */
export interface ChunkProof {
  readonly authentication: Authentication
  readonly isSigned: boolean
  readonly hasTrailer: boolean
}

function incomplete(): Error {
  return s3Error(
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  )
}

/** Takes lines and runs of bytes out of a stream of chunks, without gathering the stream. */
function createReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  async function more(): Promise<Buffer> {
    if (rest.length > 0) return rest
    const next = await iterator.next()
    if (next.done) throw incomplete()
    rest = next.value
    return rest
  }
  return {
    async line(): Promise<string> {
      let text = ''
      for (;;) {
        const chunk = await more()
        const at = chunk.indexOf(10)
        text += chunk.toString('latin1', 0, at < 0 ? chunk.length : at)
        rest = at < 0 ? Buffer.alloc(0) : chunk.subarray(at + 1)
        if (text.length > LINE_MAX_BYTES) throw incomplete()
        if (at >= 0) return text.endsWith('\r') ? text.slice(0, -1) : text
      }
    },
    /** At most `limit` bytes, as many as are there. */
    async some(limit: number): Promise<Buffer> {
      const chunk = await more()
      rest = chunk.subarray(limit)
      return chunk.subarray(0, limit)
    },
    /** Lets go of the stream, so that what is left of it can be taken in elsewhere. */
    async close(): Promise<void> {
      await iterator.return?.()
    },
  }
}

/** Checks each chunk's signature against the one before it. */
function createChain(proof: ChunkProof) {
  const { key, scope, signature } = proof.authentication
  let previous = signature
  function check(kind: string, digests: readonly string[], presented: string | undefined) {
    if (!proof.isSigned) return
    const text = [`AWS4-HMAC-SHA256-${kind}`, scope.timestamp, scopeText(scope), previous]
    previous = sign(key, [...text, ...digests].join('\n'))
    if (previous === presented) return
    throw s3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
  }
  return {
    chunk: (digest: string, presented: string | undefined) =>
      check('PAYLOAD', [EMPTY_SHA256, digest], presented),
    trailer: (lines: readonly string[], presented: string | undefined) => {
      const digest = createHash('sha256').update(lines.map((line) => `${line}\n`).join(''))
      check('TRAILER', [digest.digest('hex')], presented)
    },
  }
}

async function readTrailers(
  reader: ReturnType<typeof createReader>,
  chain: ReturnType<typeof createChain>,
): Promise<Map<string, string>> {
  const trailers = new Map<string, string>()
  const signed: string[] = []
  let signature: string | undefined
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const at = line.indexOf(':')
    const name = line.slice(0, at).trim().toLowerCase()
    const value = line.slice(at + 1).trim()
    if (name === 'x-amz-trailer-signature') signature = value
    else {
      trailers.set(name, value)
      signed.push(`${name}:${value}`)
    }
  }
  chain.trailer(signed, signature)
  return trailers
}

/**
 * Decodes an `aws-chunked` body; returns its trailers when it ends.
 *
 * Source: AWS S3 API reference, "Signature Calculations: Transferring Payload in Multiple Chunks"
 * and the page on trailing headers.
 *
 * @throws S3Error where the framing breaks off or a signature is wrong
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  proof: ChunkProof,
): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  const reader = createReader(source)
  const chain = createChain(proof)
  try {
    for (;;) {
      const [sizeText = '', ...extensions] = (await reader.line()).split(';')
      if (!/^[0-9a-f]+$/i.test(sizeText)) throw incomplete()
      const size = Number.parseInt(sizeText, 16)
      const hash = createHash('sha256')
      for (let left = size; left > 0; ) {
        const bytes = await reader.some(left)
        left -= bytes.length
        if (proof.isSigned) hash.update(bytes)
        yield bytes
      }
      const extension = extensions.find((one) => one.startsWith('chunk-signature='))
      chain.chunk(hash.digest('hex'), extension?.slice('chunk-signature='.length))
      if (size > 0) {
        await reader.line()
        continue
      }
      const trailers = proof.hasTrailer ? await readTrailers(reader, chain) : new Map()
      return trailers
    }
  } finally {
    await reader.close()
  }
}
