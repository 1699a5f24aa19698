import type pg from 'pg'
import { releaseInOrder } from './release.ts'
import { divideAtRows } from './whole-rows.ts'

/** Types of messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const messageType = { query: 0x51, copyData: 0x64, copyDone: 0x63 }

/** A type, and a size that counts itself but not the type. */
const headerBytes = 5

/**
 * Runs `COPY … FROM stdin` on every connection and sends each row to one of them, whichever has room, over the
 * protocol: nothing looks for commands or for an end in the rows, and the reading of psql or pg_restore, row by row, is saved.
 * One read of the rows keeps several sessions of the server busy, in one table too.
 *
 * @param statement bytes in the encoding that the sessions have been told
 * @param rows as they stand in a dump, without the line that ends them; taken over
 * @throws what the server says first, or that a connection broke; the others are in the middle of their COPY then
 */
export async function copyRows(
  clients: readonly pg.Client[],
  statement: Uint8Array,
  rows: AsyncIterable<Uint8Array>,
): Promise<void> {
  const copies = clients.map((client) => startCopy(client, statement))
  const keep = releaseInOrder()
  await Promise.race([
    Promise.all(copies.map(({ ready }) => ready)),
    ...copies.map(({ ended }) => ended),
  ])
  let current = withRoom(copies)
  for await (const { bytes, endsRow } of divideAtRows(rows)) {
    await current.room()
    if (copies.some(({ isOver }) => isOver())) break
    current.send(bytes, keep(bytes))
    if (!endsRow) continue
    await Promise.race(copies.map(({ room }) => room()))
    current = withRoom(copies)
  }
  const early = copies.filter(({ isOver }) => isOver())
  for (const copy of early) await copy.ended
  if (early.length > 0) throw new Error('the server ended a COPY before its rows had ended')
  for (const { finish } of copies) finish()
  await Promise.all(copies.map(({ ended }) => ended))
}

function withRoom(copies: readonly RunningCopy[]): RunningCopy {
  const found = copies.find(({ hasRoom }) => hasRoom())
  if (found === undefined) throw new Error('no COPY has room for rows')
  return found
}

/** A COPY under way on one connection. */
interface RunningCopy {
  /** The server waits for rows. */
  readonly ready: Promise<void>
  /** Rejects with what the server says. */
  readonly ended: Promise<void>
  isOver(): boolean
  hasRoom(): boolean
  /** When what was sent has left, or the COPY is over. */
  room(): Promise<void>
  /** Sends rows; to be called where there is room. */
  send(rows: Uint8Array, onLeft: () => void): void
  /** Says that all rows were sent. */
  finish(): void
}

function startCopy(client: pg.Client, statement: Uint8Array): RunningCopy {
  const { stream } = client.connection
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  let isOver = false
  let room = Promise.withResolvers<void>()
  room.resolve()
  const onEnd = (settle: () => void) => {
    isOver = true
    settle()
    room.resolve()
  }
  const text = Buffer.concat([statement, Buffer.alloc(1)])
  client.query({
    submit: () => {
      stream.write(Buffer.concat([messageHeader(messageType.query, text.length), text]))
    },
    handleCopyInResponse: () => ready.resolve(),
    handleError: (error: unknown) => onEnd(() => ended.reject(error)),
    handleReadyForQuery: () => onEnd(() => ended.resolve()),
    handleCommandComplete: () => undefined,
  })
  // Whoever waits for rows to be sent hears of it first there.
  ended.promise.catch(() => undefined)
  return {
    ready: ready.promise,
    ended: ended.promise,
    isOver: () => isOver,
    hasRoom: () => isOver || !stream.writableNeedDrain,
    room: () => room.promise,
    send: (rows, onLeft) => {
      stream.cork()
      stream.write(messageHeader(messageType.copyData, rows.length))
      // Of a connection that broke it is not known who still reads them.
      stream.write(rows, (error) => !error && onLeft())
      stream.uncork()
      if (!stream.writableNeedDrain) return
      const left = Promise.withResolvers<void>()
      room = left
      stream.once('drain', left.resolve)
    },
    finish: () => stream.write(messageHeader(messageType.copyDone, 0)),
  }
}

/** The beginning of a message with `size` bytes behind it. */
function messageHeader(type: number, size: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt32BE(size + 4, 1)
  return bytes
}
