import { isBackupId } from '../domain/backup-id.ts'
import { type BackupRecord, backupRecordSchema } from '../domain/backup-record.ts'
import { type ObjectKeys, parseBackupKey, recordFilename } from '../domain/object-keys.ts'
import type { RecordReading, RemovalOutcome } from '../job/ports.ts'
import type { ObjectStore, Purpose } from './object-store.ts'
import { describe } from './parse-manifest.ts'
import { readJson } from './read-json.ts'

interface RecordWorld {
  readonly store: ObjectStore
  readonly keys: ObjectKeys
}

/** One record, checked: its form, and that it lies where it belongs. */
export async function readRecord(
  { store, keys }: RecordWorld,
  id: string,
  purpose: Purpose,
): Promise<RecordReading> {
  const document = await store.get(keys.record(id), purpose)
  if (document === undefined) return { kind: 'missing' }
  const json = readJson(document.bytes)
  if (json === undefined) return corrupt('it is not JSON')
  const parsed = backupRecordSchema.safeParse(json.value)
  if (!parsed.success) return corrupt(describe(parsed.error))
  if (parsed.data.id !== id) return corrupt(`it is the record of ${parsed.data.id}`)
  return { kind: 'found', record: parsed.data }
}

function corrupt(reason: string): RecordReading {
  return { kind: 'corrupt', reason }
}

/** Ids of every record, in the order of the listing: oldest first. */
export async function* listRecordIds(world: RecordWorld, purpose: Purpose): AsyncGenerator<string> {
  for await (const { id } of listRecords(world, purpose)) yield id
}

async function* listRecords(
  { store, keys }: RecordWorld,
  purpose: Purpose,
): AsyncGenerator<{ readonly id: string; readonly etag: string | undefined }> {
  for await (const { key, etag } of store.list(keys.backups, purpose)) {
    const parsed = parseBackupKey(keys.prefix, key)
    if (parsed?.filename === recordFilename && isBackupId(parsed.id)) yield { id: parsed.id, etag }
  }
}

/** What one process has read of the records, by id. */
export type RecordMemory = Map<string, { readonly etag: string; readonly reading: RecordReading }>

/** Single reads of small objects: their waits, not their work, are what takes time. */
const readsInFlightMax = 16

/** Every listed record by id, oldest first. What `memory` holds under the listed ETag is not read again. */
export async function readRecords(
  world: RecordWorld,
  memory: RecordMemory,
  purpose: Purpose,
): Promise<ReadonlyMap<string, RecordReading>> {
  const readings = new Map<string, RecordReading>()
  const unread: { readonly id: string; readonly etag: string | undefined }[] = []
  for await (const { id, etag } of listRecords(world, purpose)) {
    const known = memory.get(id)
    // Held in place, so that the order stays that of the listing.
    readings.set(id, known?.reading ?? { kind: 'missing' })
    if (known === undefined || known.etag !== etag) unread.push({ id, etag })
  }
  const queue = unread.values()
  const readNext = async () => {
    for (const { id, etag } of queue) {
      const reading = await readRecord(world, id, purpose)
      readings.set(id, reading)
      if (reading.kind === 'found' && etag !== undefined) memory.set(id, { etag, reading })
    }
  }
  await Promise.all(Array.from({ length: readsInFlightMax }, readNext))
  return readings
}

/** Records that could be read, and why the others could not. */
export interface RecordHarvest {
  readonly records: readonly BackupRecord[]
  readonly problems: readonly string[]
}

/** Every record of the prefix. One that cannot be understood is told and never removes another. */
export async function readAllRecords(
  world: RecordWorld & { readonly recordMemory: RecordMemory },
  purpose: Purpose,
): Promise<RecordHarvest> {
  const records: BackupRecord[] = []
  const problems: string[] = []
  for (const [id, reading] of await readRecords(world, world.recordMemory, purpose)) {
    if (reading.kind === 'found') records.push(reading.record)
    if (reading.kind === 'corrupt') problems.push(`record ${id}: ${reading.reason}`)
  }
  return { records, problems }
}

/** HEAD first: S3 answers a deletion of nothing as it answers any other. */
export async function removeObject(
  store: ObjectStore,
  key: string,
  purpose: Purpose,
): Promise<RemovalOutcome> {
  if ((await store.head(key, purpose)) === undefined) return 'absent'
  return (await store.remove(key, purpose)) === 'refused' ? 'retained' : 'removed'
}
