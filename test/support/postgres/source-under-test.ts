import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, DumpOptions, DumpSession, SourceDatabase } from '../../../action/job/ports.ts'
import { openSourceDatabase } from '../../../action/postgres/open-source-database.ts'
import { liveProcesses } from './live-processes.ts'

/** The machine's own clock. */
export const realClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

/** A dump of everything, with limits that no test reaches by accident. */
export const everything: DumpOptions = {
  format: 'plain',
  schemas: [],
  excludeSchemas: [],
  tables: [],
  excludeTables: [],
  excludeTableData: [],
  lockTimeoutMs: 60_000,
  silenceTimeoutMs: 600_000,
  totalTimeoutMs: 3_600_000,
}

/** A source database whose temporary folder is a new one of its own. */
export interface SourceUnderTest extends SourceDatabase {
  /** Names in the temporary folder: empty where nothing was left behind. */
  leftovers(): string[]
  /** Describes the server, chooses the client and starts a dump. */
  start(options?: Partial<DumpOptions>, signal?: AbortSignal): Promise<DumpSession>
  /** Closes it and removes the folder. */
  dispose(): Promise<void>
}

/** Opens `url` as the Action does, without ever installing anything. */
export function openSourceUnderTest(
  url: string,
  given: { readonly clock?: Clock; readonly searchPath?: string } = {},
): SourceUnderTest {
  const temporaryDirectory = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  const source = openSourceDatabase({
    url,
    temporaryDirectory,
    installClient: false,
    redact: (text) => text.replaceAll('hush', '***'),
    log: { info: () => undefined, warn: () => undefined },
    clock: realClock,
    ...given,
  })
  return {
    ...source,
    leftovers: () => readdirSync(temporaryDirectory),
    async start(options, signal) {
      await source.prepareClient(await source.describe())
      return source.dump({ ...everything, ...options }, signal)
    },
    async dispose() {
      await source.close()
      rmSync(temporaryDirectory, { recursive: true, force: true })
    },
  }
}

/** Everything that a session yields. Rejects as it does. */
export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const chunk of chunks) read.push(chunk)
  return Buffer.concat(read)
}

/** Our client programs that talk to, or read along for, the server on `port`. */
export function clientProcesses(port: number) {
  return liveProcesses().filter(
    (found) =>
      (found.environment.includes(`PGPORT=${port}`) && /pg_dump$/.test(found.command[0] ?? '')) ||
      (found.parent === process.pid && /pg_restore$/.test(found.command[0] ?? '')),
  )
}
