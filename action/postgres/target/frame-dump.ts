import { Failure } from '../../domain/failure.ts'

/** What the first part of a plain dump says, and the rest without what only psql would act on. */
export interface FramedDump {
  /** Dumps of chosen schemas create `public` although every new database has it. */
  readonly createsPublic: boolean
  /** The text without the dump's own `\restrict` and `\unrestrict`; see {@link frameDump}. */
  readonly body: AsyncIterable<Uint8Array>
  /** Lets go of the source, for a `body` that is not read to its end. Idempotent. */
  close(): Promise<void>
}

/** A dump of which the beginning was read. */
export interface OpenedDump extends Pick<FramedDump, 'createsPublic'> {
  /** Of the dump's own `\restrict`. */
  readonly key: string | undefined
  /** The statements that open it and set nothing but the session. */
  readonly settings: string
  /** The text from its beginning, without that `\restrict`. */
  readonly text: AsyncGenerator<Uint8Array>
}

/** Schemas come first in a dump, sorted by name: `public` is found here with thousands before it. */
const HEAD_BYTES_MAX = 1024 * 1024
/** What follows the last statement is shorter by far. */
const TAIL_BYTES = 4096

/** pg_dump's key is alphanumeric; comments and blank lines may come before. */
const RESTRICT = /^(?:--[^\n]*\n|[ \t\r]*\n)*\\restrict ([A-Za-z0-9]+)\r?\n/
const PUBLIC =
  /\n--\r?\n-- Name: public; Type: SCHEMA; Schema: -;[^\n]*\n--\r?\n\s*CREATE SCHEMA public;\r?\n/
/** Among the settings that open a dump by pg_dump 17 or newer; older servers do not know it. */
const TRANSACTION_TIMEOUT =
  /^(?:--[^\n]*\n|[ \t\r]*\n|BEGIN;\r?\n|SET (?:statement|lock|idle_in_transaction_session)_timeout = 0;\r?\n)*SET transaction_timeout = 0;\r?\n/
/** The settings that open a dump. They are the server's own names and plain values. */
const SETTINGS =
  /^(?:--[^\n]*\n|[ \t\r]*\n|SET \w+ = (?:\w+|'[^'\\\n]*');\r?\n|SELECT pg_catalog\.set_config\('search_path', '[^'\\\n]*', false\);\r?\n)*/
const TRAILER = /\n--\r?\n-- PostgreSQL database dump complete\r?\n--\s*$/

/**
 * Takes pg_dump's protection off a plain dump, for a caller that puts its own in its place: the
 * dump's key was known to whoever wrote the dump, ours is not. The line is taken off at the very
 * beginning and, with the same key, at the very end; anywhere else it stays, and psql refuses it.
 *
 * The last bytes are held back until `source` has ended, and the trailer must be among them.
 * @param options.dropFinalCommit for the output of `pg_restore --single-transaction`, whose last
 *   statement is not its own to decide
 * @param options.serverMajor of the server that the text goes to
 * @throws Failure `restore_incomplete` from `body` where the dump is not whole
 */
export async function frameDump(
  source: AsyncIterable<Uint8Array>,
  options: { readonly dropFinalCommit: boolean; readonly serverMajor: number },
): Promise<FramedDump> {
  const iterator = source[Symbol.asyncIterator]()
  const { createsPublic, key, text } = await openDump(iterator, options)
  return {
    createsPublic,
    body: closeDump(text, key, options),
    close: async () => {
      await iterator.return?.()
    },
  }
}

/** The first half of {@link frameDump}: reads the head of a dump, of which `source` may be no more than a part. */
export async function openDump(
  source: AsyncIterator<Uint8Array>,
  { serverMajor }: { readonly serverMajor: number },
): Promise<OpenedDump> {
  const { bytes: head, ended } = await readHead(source)
  const text = head.toString('latin1')
  const key = RESTRICT.exec(text)?.[1]
  const bare = key === undefined ? head : cutOut(head, text.indexOf(`\\restrict ${key}`))
  const opened = serverMajor < 17 ? withoutTransactionTimeout(bare) : bare
  return {
    createsPublic: PUBLIC.test(text),
    key,
    settings: withoutComments(SETTINGS.exec(opened.toString('latin1'))?.[0] ?? ''),
    text: withRest(opened, ended, source),
  }
}

/**
 * The second half: what is left of a dump, or all of it, without the end of its protection. The last
 * bytes are held back until `source` has ended.
 *
 * @param key of the `\restrict` at the beginning
 */
export async function* closeDump(
  source: AsyncIterable<Uint8Array>,
  key: string | undefined,
  { dropFinalCommit }: { readonly dropFinalCommit: boolean },
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  for await (const chunk of source) {
    if (chunk.length >= TAIL_BYTES) {
      yield* held
      held = [chunk]
      continue
    }
    const kept = Buffer.concat([...held, chunk])
    const cut = Math.max(kept.length - TAIL_BYTES, 0)
    if (cut > 0) yield kept.subarray(0, cut)
    held = [kept.subarray(cut)]
  }
  const last = Buffer.concat(held)
  const cut = Math.max(last.length - TAIL_BYTES, 0)
  if (cut > 0) yield last.subarray(0, cut)
  yield closeTail(last.subarray(cut), key, dropFinalCommit)
}

async function readHead(
  iterator: AsyncIterator<Uint8Array>,
): Promise<{ readonly bytes: Buffer; readonly ended: boolean }> {
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < HEAD_BYTES_MAX) {
    const next = await iterator.next()
    if (next.done) return { bytes: Buffer.concat(chunks), ended: true }
    chunks.push(next.value)
    size += next.value.length
  }
  return { bytes: Buffer.concat(chunks), ended: false }
}

function withoutTransactionTimeout(head: Buffer): Buffer {
  const found = TRANSACTION_TIMEOUT.exec(head.toString('latin1'))
  return found ? cutOut(head, found[0].lastIndexOf('SET transaction_timeout')) : head
}

/** The last comment names the first object, in the dump's encoding, which nobody who gets the statements reads it in. */
function withoutComments(lines: string): string {
  return lines.replaceAll(/^--[^\n]*\n/gm, '')
}

/** Without the line that starts at `start`. */
function cutOut(bytes: Buffer, start: number): Buffer {
  const end = bytes.indexOf('\n', start) + 1
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
}

async function* withRest(
  head: Buffer,
  ended: boolean,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield head
    for (let next = ended ? undefined : await rest.next(); next && !next.done; ) {
      yield next.value
      next = await rest.next()
    }
  } finally {
    await rest.return?.()
  }
}

function closeTail(tail: Buffer, key: string | undefined, dropFinalCommit: boolean): Buffer {
  const bare = key === undefined ? tail : withoutUnrestrict(tail, key)
  const text = bare.toString('latin1')
  const trailer = TRAILER.exec(text)
  if (!trailer) throw notWhole('it does not end as pg_dump ends one')
  if (!dropFinalCommit) return bare
  const before = text.slice(0, trailer.index)
  const commit = /(?:^|\n)COMMIT;\s*$/.exec(before)
  if (!commit) throw notWhole('the transaction in it has no end')
  return bare.subarray(0, commit.index + 1)
}

function withoutUnrestrict(tail: Buffer, key: string): Buffer {
  const end = new RegExp(`\\n\\\\unrestrict ${key}\\s*$`).exec(tail.toString('latin1'))
  if (!end) throw notWhole('its protection against commands of psql is not closed')
  return tail.subarray(0, end.index + 1)
}

function notWhole(fault: string): Failure {
  return new Failure({
    code: 'restore_incomplete',
    stage: 'restore',
    message: `Cannot restore the dump: ${fault}, expected a whole one`,
    hint: 'The target is as it was before. Verify the backup, and restore another one.',
  })
}
