import { closeSync, openSync, writeSync } from 'node:fs'
import { type Program, type ProgramEnd, startProgram } from '../run-program.ts'
import { clientFailure } from './client-failure.ts'
import { feedProgram } from './feed-program.ts'
import { type FramedDump, frameDump, openDump } from './frame-dump.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'

/** What of an archive is restored, as arguments, one call of pg_restore each. */
export interface ArchiveCall {
  readonly args: readonly string[]
}

/** Takes a part of an archive, in order. */
export type PassOn = (part: AsyncIterable<Uint8Array>) => Promise<void>

/**
 * Restores what a call names into the session's database.
 *
 * @param from the path of an archive, or who passes one on from its first byte
 */
export async function restoreArchive(
  session: LoadSession,
  { args }: ArchiveCall,
  from: string | ((passOn: PassOn) => Promise<void>),
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<void> {
  const isFile = typeof from === 'string'
  const program = startProgram({
    path: session.client.pgRestore,
    // The empty -d makes it connect; the name is literal in PGDATABASE only.
    args: [...args, '-d', '', ...(isFile ? [from] : [])],
    environment: session.environment(settings),
    stdin: isFile ? 'ignore' : 'pipe',
    stdout: 'ignore',
    signal,
    redact: session.redact,
  })
  await finish(program, isFile ? undefined : from, signal)
}

/** The settings that a restore of the archive starts every session with, as statements. */
export async function readArchiveSettings(
  session: LoadSession,
  headPath: string,
  emptyListPath: string,
  signal?: AbortSignal,
): Promise<string> {
  const program = startProgram({
    path: session.client.pgRestore,
    args: [`--use-list=${emptyListPath}`, '-f', '-', headPath],
    environment: session.environment(),
    signal,
    redact: session.redact,
  })
  async function* output(): AsyncGenerator<Uint8Array> {
    yield* program.stdout ?? []
  }
  const { settings } = await openDump(output(), session)
  await finish(program, undefined, signal)
  if (!/^SET client_encoding = /m.test(settings)) throw new Error('pg_restore told no encoding')
  return settings
}

/**
 * The archive as SQL text, for psql inside a transaction of ours. pg_restore writes the text as one
 * transaction of its own, whose BEGIN only warns and whose COMMIT is taken off: without that it
 * would commit after every large object. The last bytes come only after it has ended with 0.
 */
export async function archiveAsText(
  session: LoadSession,
  archive: AsyncIterable<Uint8Array>,
  call: ArchiveCall,
  signal?: AbortSignal,
): Promise<FramedDump> {
  const program = startProgram({
    path: session.client.pgRestore,
    args: [...call.args, '--single-transaction', '-f', '-'],
    environment: session.environment(),
    stdin: 'pipe',
    signal,
    redact: session.redact,
  })
  async function* read(): AsyncGenerator<Uint8Array> {
    const fed = finish(program, (passOn) => passOn(archive), signal)
    // Heard of when its output has ended, which it does with it.
    fed.catch(() => undefined)
    try {
      for await (const chunk of program.stdout ?? []) yield chunk
      await fed
    } finally {
      await program.stop()
      await Promise.allSettled([fed])
    }
  }
  return frameDump(read(), { dropFinalCommit: true, serverMajor: session.serverMajor })
}

/**
 * `pg_restore --list`. What it read until it had enough, and little more, is in the file `headPath` afterwards:
 * an archive without its data, in which pg_restore can jump.
 */
export async function listArchive(
  session: LoadSession,
  archive: AsyncIterable<Uint8Array>,
  headPath: string,
  signal?: AbortSignal,
): Promise<string> {
  const program = startProgram({
    path: session.client.pgRestore,
    args: ['--list'],
    environment: session.environment(),
    stdin: 'pipe',
    signal,
    redact: session.redact,
  })
  let list = ''
  program.stdout?.setEncoding('utf8')
  program.stdout?.on('data', (text: string) => {
    list += text
  })
  await finish(program, (passOn) => passOn(intoFile(archive, headPath)), signal)
  return list
}

async function* intoFile(
  source: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'wx', 0o600)
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
      yield chunk
    }
  } finally {
    closeSync(file)
  }
}

/** Feeds a program, if it is to be fed, and waits for its end. */
async function finish(
  program: Program,
  feedAll: ((passOn: PassOn) => Promise<void>) | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await feedAll?.(async (part) => {
      await feedProgram(program, part)
      if (program.stdin?.destroyed) requireSuccess(await program.exited, program.stderr(), signal)
    })
    program.stdin?.end()
    requireSuccess(await program.exited, program.stderr(), signal)
  } finally {
    await program.stop()
  }
}

function requireSuccess(end: ProgramEnd, stderr: string, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted()
  if (end.code !== 0) throw clientFailure({ program: 'pg_restore', end, stderr })
}
