import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { readSegments } from './byte-store.ts'
import type { Answer } from './exchange.ts'
import type { FaultScript } from './faults.ts'
import { trickle } from './trickle.ts'

/** What scripted faults do to the bytes of an answer. */
export type ByteFaults = readonly FaultScript[]

async function* take(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let left = limit
  for await (const chunk of source) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
}

async function* flip(source: AsyncIterable<Buffer>, atByte: number): AsyncGenerator<Buffer> {
  let offset = 0
  for await (const chunk of source) {
    const at = atByte - offset
    offset += chunk.length
    if (at >= 0 && at < chunk.length) {
      // The store owns the chunk: its bytes stay as they are.
      const copy = Buffer.from(chunk)
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
      yield copy
    } else yield chunk
  }
}

function bytesOf(body: Answer['body']): { source: AsyncIterable<Buffer>; size: number } {
  if (body === undefined || typeof body === 'string') {
    const bytes = Buffer.from(body ?? '', 'utf8')
    return { source: Readable.from([bytes], { objectMode: true }), size: bytes.length }
  }
  const { object, start, end } = body
  return { source: readSegments(object.segments, start, end), size: end - start }
}

/** Sends the head and the body of an answer, with the faults that were scripted for its bytes. */
async function sendBody(
  response: ServerResponse,
  answer: Answer,
  faults: ByteFaults,
  signal: AbortSignal,
): Promise<void> {
  const body = bytesOf(answer.body)
  const of = (kind: FaultScript['kind']) => faults.find((fault) => fault.kind === kind)
  const middle = Math.floor(body.size / 2)
  const [cut, short, flipped, slow] = [of('truncate'), of('shorten'), of('flip'), of('slow')]
  let { source } = body
  if (flipped) source = flip(source, flipped.atByte ?? middle)
  const size = short ? Math.min(short.atByte ?? middle, body.size) : body.size
  if (cut || short) source = take(source, cut ? (cut.atByte ?? middle) : size)
  if (slow) source = trickle(source, slow.bytesPerSecond, signal)
  response.writeHead(answer.status, { ...answer.headers, 'content-length': size })
  if (!cut) return pipeline(source, response)
  await pipeline(source, response, { end: false })
  // The client must see the bytes before the cut, so the connection is closed, not torn.
  response.socket?.end()
}

/** Sends an answer, without its body where HTTP allows none. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  faults: ByteFaults,
  signal: AbortSignal,
): Promise<void> {
  if (response.req.method === 'HEAD' || answer.status === 204 || answer.status === 304) {
    const size = typeof answer.body === 'object' ? answer.body.end - answer.body.start : undefined
    const length = size === undefined ? {} : { 'content-length': size }
    response.writeHead(answer.status, { ...answer.headers, ...length }).end()
    return
  }
  await sendBody(response, answer, faults, signal)
}

/** Lets go of the object that an answer was about, sent or not. */
export async function releaseAnswer({ body }: Answer): Promise<void> {
  if (typeof body !== 'object') return
  for (const segment of body.object.segments) await segment.release()
}
