import type { Backup } from '../../../action/domain/backup.ts'
import type { BackupRecord } from '../../../action/domain/backup-record.ts'
import { entryOf } from '../../../action/domain/entry-of-record.ts'
import { createObjectKeys } from '../../../action/domain/object-keys.ts'
import type { RunState } from '../../../action/job/admit-backup.ts'
import { makeRecord } from '../make-backup.ts'
import { createFakeCatalog } from './fake-catalog.ts'
import { createFakeClock } from './fake-clock.ts'
import { writeDump } from './fake-dump.ts'
import { createFakeLog } from './fake-log.ts'
import { createFakeRandom } from './fake-random.ts'
import { createFakeSource } from './fake-source.ts'
import { createFakeStreams } from './fake-streams.ts'
import { createFakeTarget } from './fake-target.ts'
import { createFakeVault } from './fake-vault.ts'
import { createCalls, watchPort } from './watch-port.ts'

/** Everything that a job may be given, in memory, with what a test sees and changes behind it. */
export function createFakeWorld(options: { readonly now?: string } = {}) {
  const clock = createFakeClock(options.now)
  const calls = createCalls()
  const catalog = createFakeCatalog()
  const keys = createObjectKeys('strongroom')
  const vault = createFakeVault(() => clock.now(), {
    keys: () => [...catalog.state.records.keys()].map(keys.record),
    remove: (key) =>
      [...catalog.state.records.keys()].some(
        (id) => keys.record(id) === key && catalog.state.records.delete(id),
      ),
  })
  const source = createFakeSource({ 'public.orders': 3, 'public.items': 7 })
  const streams = createFakeStreams()
  const target = createFakeTarget()
  const log = createFakeLog()
  const told: Backup[] = []
  const runStates = new Map<string, RunState>()
  /** A committed backup with bytes, record and entry; `rows` is what a restore of it gives. */
  const addBackup = async (
    changes: Partial<BackupRecord> & { readonly id: string },
    rows: Readonly<Record<string, number>> = { 'public.orders': 3 },
  ): Promise<BackupRecord> => {
    const filename = `shop-daily-${changes.id}.sql.gz`
    const dump = streams.streams.compress(toChunks(writeDump(rows)), { level: 9, format: 'plain' })
    const chunks = await Array.fromAsync(dump.chunks)
    const totals = dump.totals()
    const record = makeRecord({
      filename,
      fileSize: totals.storedSize,
      rawSize: totals.rawSize,
      checksum: totals.checksum,
      tables: { ...rows },
      nonce: `nonce-of-${changes.id}`,
      ...changes,
    })
    const bytes = Buffer.concat(chunks)
    const modifiedAt = new Date(record.createdAt)
    const key = keys.bytes(record.id, filename)
    vault.state.objects.set(key, { bytes, metadata: { nonce: record.nonce }, modifiedAt })
    catalog.state.records.set(record.id, record)
    addEntry(entryOf(record))
    return record
  }
  /** How far the bucket's clock is behind that of the machine. */
  const bucketState = { behindMs: 0 }
  const addEntry = (entry: Backup) => {
    const before = catalog.state.manifest
    catalog.state.manifest = {
      version: 1,
      revision: before?.revision ?? 1,
      updatedAt: clock.now().toISOString(),
      backups: [...(before?.backups ?? []).filter(({ id }) => id !== entry.id), entry],
    }
  }
  return {
    clock,
    log,
    keys,
    calls,
    told,
    runStates,
    catalogState: catalog.state,
    vaultState: vault.state,
    sourceState: source.state,
    streamsState: streams.state,
    targetState: target.state,
    bucketState,
    addBackup,
    addEntry,
    entry: (id: string) => catalog.state.manifest?.backups.find((backup) => backup.id === id),
    /** What every job takes its own part of. */
    ports: {
      clock,
      bucketTime: () => new Date(clock.now().getTime() - bucketState.behindMs),
      random: createFakeRandom(),
      log,
      keys,
      holder: 'a test',
      catalog: watchPort('catalog', catalog.catalog, calls),
      vault: watchPort('vault', vault.vault, calls),
      source: watchPort('source', source.source, calls),
      streams: watchPort('streams', streams.streams, calls),
      target: watchPort('target', target.target, calls),
      redact: (text: string) => text.replaceAll('hush', '***'),
      isRunAlive: async ({ id }: Backup): Promise<RunState> => runStates.get(id) ?? 'unknown',
      onEntry: (backup: Backup) => void told.push(backup),
    },
  }
}

export type FakeWorld = ReturnType<typeof createFakeWorld>

async function* toChunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
