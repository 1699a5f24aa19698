import { once } from 'node:events'
import type pg from 'pg'
import { release } from './release.ts'

/** Longest statement that is read; names have at most 63 bytes, a table at most 1600 columns. */
const STATEMENT_BYTES_MAX = 1024 * 1024

/** Types of messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const typeOf = { query: 0x51, copyData: 0x64, copyDone: 0x63 }

/**
 * Runs `COPY … FROM stdin` and sends its rows as they stand in a plain dump, over the protocol: nothing looks for
 * commands or for an end in them, and psql's own reading, line by line, is saved.
 *
 * @param statement bytes in the encoding that the session has been told
 * @throws what the server says, or that the connection broke
 */
export async function copyRows(
  client: pg.Client,
  statement: AsyncIterable<Uint8Array>,
  rows: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { stream } = client.connection
  const copy = startCopy(client, await collect(statement))
  await Promise.race([copy.ready, copy.ended])
  for await (const chunk of rows) {
    if (copy.isOver()) break
    stream.cork()
    stream.write(header(typeOf.copyData, chunk.length))
    const hasRoom = stream.write(chunk)
    stream.uncork()
    if (!hasRoom) await roomOrEnd(stream, copy.ended)
    if (stream.writableLength === 0) release(chunk)
  }
  const isEarly = copy.isOver()
  if (!isEarly) stream.write(header(typeOf.copyDone, 0))
  await copy.ended
  if (isEarly) throw new Error('the server ended a COPY before its rows had ended')
}

interface RunningCopy {
  /** The server waits for rows. */
  readonly ready: Promise<void>
  /** Rejects with what the server says. */
  readonly ended: Promise<void>
  isOver(): boolean
}

function startCopy(client: pg.Client, statement: Buffer): RunningCopy {
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let isOver = false
  const onEnd = (settle: () => void) => {
    isOver = true
    settle()
  }
  const text = Buffer.concat([statement, Buffer.alloc(1)])
  client.query({
    submit: ({ stream }) => {
      stream.write(Buffer.concat([header(typeOf.query, text.length), text]))
    },
    handleCopyInResponse: () => ready.resolve(),
    handleError: (error: unknown) => onEnd(() => ended.reject(error)),
    handleReadyForQuery: () => onEnd(() => ended.resolve()),
    handleCommandComplete: () => undefined,
  })
  // Whoever waits for rows to be sent hears of it first there.
  ended.promise.catch(() => undefined)
  return { ready: ready.promise, ended: ended.promise, isOver: () => isOver }
}

/** A peer that is gone ends the copy, and a room that never comes with it. */
async function roomOrEnd(stream: NodeJS.WritableStream, ended: Promise<void>): Promise<void> {
  const stop = new AbortController()
  try {
    await Promise.race([once(stream, 'drain', { signal: stop.signal }), ended])
  } finally {
    stop.abort()
  }
}

async function collect(statement: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const bytes = Buffer.concat(await Array.fromAsync(statement))
  if (bytes.length <= STATEMENT_BYTES_MAX) return bytes
  throw new RangeError('a COPY statement has more than a megabyte')
}

/** A message's type and length, which counts itself but not the type. */
function header(type: number, size: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt32BE(size + 4, 1)
  return bytes
}
