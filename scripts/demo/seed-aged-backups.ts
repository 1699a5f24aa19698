import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Backup, BackupType } from '../../action/domain/backup.ts'
import { createBackupFilename } from '../../action/domain/backup-filename.ts'
import { createBackupId } from '../../action/domain/backup-id.ts'
import type { BackupRecord } from '../../action/domain/backup-record.ts'
import { entryOf } from '../../action/domain/entry-of-record.ts'
import { putBackup } from '../../action/domain/manifest-changes.ts'
import { createObjectKeys } from '../../action/domain/object-keys.ts'
import type { Catalog } from '../../action/job/ports.ts'
import { systemClock } from '../../action/runner/system-clock.ts'
import { systemRandom } from '../../action/runner/system-random.ts'
import { type OpenBucket, openBucket } from '../../action/storage/open-bucket.ts'
import type { World } from './start-world.ts'

/** The server to dump from, and the bucket to write into. */
type AgedWorld = Pick<World, 'cluster' | 'database' | 'server' | 'bucket'>

/** A backup of the past, and whether the default rules have had enough of it. */
interface AgedBackup {
  readonly type: BackupType
  readonly daysAgo: number
  readonly isExpired: boolean
  readonly isFailed?: true
}

/** No age is within a day of a limit, so that the hour at which the demo runs does not matter. */
const past: readonly AgedBackup[] = [
  { type: 'DAILY', daysAgo: 1, isExpired: false },
  { type: 'DAILY', daysAgo: 5, isExpired: false },
  { type: 'DAILY', daysAgo: 9, isExpired: true },
  { type: 'DAILY', daysAgo: 10, isExpired: true },
  { type: 'WEEKLY', daysAgo: 12, isExpired: false },
  { type: 'WEEKLY', daysAgo: 26, isExpired: false },
  { type: 'WEEKLY', daysAgo: 33, isExpired: true },
  { type: 'MONTHLY', daysAgo: 60, isExpired: false },
  { type: 'MONTHLY', daysAgo: 330, isExpired: false },
  { type: 'MONTHLY', daysAgo: 391, isExpired: true },
  { type: 'MANUAL', daysAgo: 800, isExpired: false },
  { type: 'DAILY', daysAgo: 20, isExpired: false, isFailed: true },
  { type: 'DAILY', daysAgo: 45, isExpired: true, isFailed: true },
]

const dayMs = 86_400_000
const dumpBytesMax = 64 * 1024 * 1024
const partSizeBytes = 5 * 1024 * 1024
const prefix = 'strongroom'

/**
 * Writes backups of the past: real dumps, with records and index entries, through the code that writes them in earnest.
 * Only the instants are made up.
 *
 * @param source the database whose dump they all are; an empty one unless told otherwise
 * @returns the ids that the default rules have had enough of
 */
export async function seedAgedBackups(
  world: AgedWorld,
  source = 'postgres',
): Promise<readonly string[]> {
  const bucket = openDemoBucket(world)
  try {
    const dump = gzipSync(await dumpDatabase(world, source))
    const entries: { readonly entry: Backup; readonly isExpired: boolean }[] = []
    for (const aged of past) {
      const record = describe(aged, world, dump)
      const { isExpired } = aged
      if (aged.isFailed) entries.push({ entry: asFailed(entryOf(record)), isExpired })
      else entries.push({ entry: await store(bucket, record, dump), isExpired })
    }
    await index(
      bucket.catalog,
      entries.map(({ entry }) => entry),
    )
    return entries.flatMap(({ entry, isExpired }) => (isExpired ? [entry.id] : []))
  } finally {
    bucket.close()
  }
}

/** The entries of the index, without those that only remember a deletion. */
export async function readIndex(world: AgedWorld): Promise<readonly Backup[]> {
  const bucket = openDemoBucket(world)
  try {
    const { backups } = await bucket.catalog.read()
    return backups.filter(({ status }) => status !== 'DELETED')
  } finally {
    bucket.close()
  }
}

function openDemoBucket({ server, bucket }: AgedWorld): OpenBucket {
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  return openBucket({
    bucket,
    prefix,
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    clock: systemClock,
    random: systemRandom,
    log: { info: () => undefined, warn: console.warn, progress: () => undefined },
  })
}

async function dumpDatabase({ cluster }: AgedWorld, source: string): Promise<string> {
  const { host, port, user, password, binDirectory } = cluster
  const { stdout } = await promisify(execFile)(join(binDirectory, 'pg_dump'), [], {
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: source,
    },
    maxBuffer: dumpBytesMax,
  })
  return stdout
}

/** A backup as the 03:00 schedule would have made it so many days ago. */
function describe(aged: AgedBackup, { database, cluster, bucket }: AgedWorld, dump: Buffer) {
  const today = new Date().toISOString().slice(0, 10)
  const startedAt = new Date(Date.parse(`${today}T03:00:12Z`) - aged.daysAgo * dayMs)
  const completedAt = new Date(startedAt.getTime() + 4_000)
  const id = createBackupId(startedAt, systemRandom.base32(4))
  const filename = createBackupFilename({ database, type: aged.type, id, format: 'plain' })
  return {
    version: 1,
    id,
    filename,
    fileUrl: `s3://${bucket}/${createObjectKeys(prefix).bytes(id, filename)}`,
    fileSize: dump.length,
    type: aged.type,
    typeReason: 'seeded by the demo',
    status: 'COMPLETED',
    startedAt: startedAt.toISOString(),
    createdAt: startedAt.toISOString(),
    completedAt: completedAt.toISOString(),
    durationMs: completedAt.getTime() - startedAt.getTime(),
    checksum: createHash('sha256').update(dump).digest('hex'),
    database,
    serverVersion: cluster.version,
    format: 'plain',
    compression: 'gzip',
    compressionLevel: 9,
    nonce: systemRandom.base32(16),
    pgDumpVersion: cluster.version,
    encoding: 'UTF8',
    extensions: [],
    largeObjects: false,
    warnings: [],
  } satisfies BackupRecord
}

async function store(bucket: OpenBucket, record: BackupRecord, dump: Buffer): Promise<Backup> {
  const key = createObjectKeys(prefix).bytes(record.id, record.filename)
  const request = { key, metadata: { nonce: record.nonce }, partSize: partSizeBytes }
  await bucket.vault.store(request, once(dump))
  await bucket.catalog.writeRecord(record)
  return entryOf(record)
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

function asFailed({ checksum: _checksum, completedAt: _completedAt, ...entry }: Backup): Backup {
  return { ...entry, status: 'FAILED', fileSize: 0, error: 'Seeded by the demo as a failed run' }
}

async function index(catalog: Catalog, entries: readonly Backup[]): Promise<void> {
  await catalog.change({
    decide: (manifest) => ({ manifest: entries.reduce(putBackup, manifest), value: undefined }),
    isApplied: ({ backups }) => entries.every(({ id }) => backups.some((each) => each.id === id)),
  })
}
