import { once } from 'node:events'
import type pg from 'pg'
import { messageHeader, messageType } from './copy-messages.ts'
import { release } from './release.ts'

/**
 * Runs `COPY … FROM stdin` and sends its rows as they stand in a dump, over the protocol: nothing looks for
 * commands or for an end in them, and the reading of psql or pg_restore, row by row, is saved.
 *
 * @param statement bytes in the encoding that the session has been told
 * @param messages rows in CopyData messages, cut anywhere; taken over
 * @throws what the server says, or that the connection broke
 */
export async function copyRows(
  client: pg.Client,
  statement: Uint8Array,
  messages: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { stream } = client.connection
  const copy = startCopy(client, statement)
  await Promise.race([copy.ready, copy.ended])
  for await (const chunk of messages) {
    if (copy.isOver()) break
    if (!stream.write(chunk)) await roomOrEnd(stream, copy.ended)
    if (stream.writableLength === 0) release(chunk)
  }
  const isEarly = copy.isOver()
  if (!isEarly) stream.write(messageHeader(messageType.copyDone, 0))
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

function startCopy(client: pg.Client, statement: Uint8Array): RunningCopy {
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
      stream.write(Buffer.concat([messageHeader(messageType.query, text.length), text]))
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
