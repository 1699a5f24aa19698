import type { LoadRequest } from '../../job/ports.ts'
import { type ProgramEnd, startProgram } from '../run-program.ts'
import { clientFailure } from './client-failure.ts'
import { type FramedDump, frameDump } from './frame-dump.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'

/** What of an archive is restored, as arguments, one call of pg_restore each. */
export interface ArchiveCall {
  readonly args: readonly string[]
}

/** pg_restore's own ceiling is the server's connections. */
const JOBS_MAX = 64

/** Loads an archive into a scratch database, with several connections where asked. */
export async function loadArchive(
  session: LoadSession,
  request: LoadRequest & { readonly archivePath: string },
  calls: readonly ArchiveCall[],
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<void> {
  const jobs = Math.min(Math.max(Math.floor(request.jobs), 1), JOBS_MAX)
  for (const call of calls) {
    const program = startProgram({
      path: session.client.pgRestore,
      // The empty -d makes it connect; the name is literal in PGDATABASE only.
      args: [...call.args, `--jobs=${jobs}`, '-d', '', request.archivePath],
      environment: session.environment(settings),
      stdout: 'ignore',
      signal,
      redact: session.redact,
    })
    requireSuccess(await program.exited, program.stderr(), signal)
  }
}

/**
 * The archive as SQL text, for psql inside a transaction of ours. pg_restore writes the text as one
 * transaction of its own, whose BEGIN only warns and whose COMMIT is taken off: without that it
 * would commit after every large object. The last bytes come only after it has ended with 0.
 */
export async function archiveAsText(
  session: LoadSession,
  archivePath: string,
  call: ArchiveCall,
  signal?: AbortSignal,
): Promise<FramedDump> {
  const program = startProgram({
    path: session.client.pgRestore,
    args: [...call.args, '--single-transaction', '-f', '-', archivePath],
    environment: session.environment(),
    signal,
    redact: session.redact,
  })
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of program.stdout ?? []) yield chunk
      requireSuccess(await program.exited, program.stderr(), signal)
    } finally {
      await program.stop()
    }
  }
  return frameDump(read(), { dropFinalCommit: true, serverMajor: session.serverMajor })
}

/** `pg_restore --list`. */
export async function listArchive(
  session: LoadSession,
  archivePath: string,
  signal?: AbortSignal,
): Promise<string> {
  const program = startProgram({
    path: session.client.pgRestore,
    args: ['--list', archivePath],
    environment: session.environment(),
    signal,
    redact: session.redact,
  })
  let list = ''
  program.stdout?.setEncoding('utf8')
  program.stdout?.on('data', (text: string) => {
    list += text
  })
  requireSuccess(await program.exited, program.stderr(), signal)
  return list
}

function requireSuccess(end: ProgramEnd, stderr: string, signal: AbortSignal | undefined): void {
  signal?.throwIfAborted()
  if (end.code !== 0) throw clientFailure({ program: 'pg_restore', end, stderr })
}
