import type { Backup } from './backup.ts'
import { parseBackupKey, recordFilename } from './object-keys.ts'
import type { Deletable, RepairObject, RepairUpload, RepairView } from './repair-view.ts'
import type { RepairFinding } from './result.ts'

interface Context {
  readonly view: RepairView
  readonly entries: ReadonlyMap<string, Backup>
  /** Ids under which a record is listed. */
  readonly recordIds: ReadonlySet<string>
  /** Ids of backups that may still be at work. */
  readonly runningIds: ReadonlySet<string>
}

interface Remain {
  readonly finding: RepairFinding
  /** Absent: it is only told of. */
  readonly target?: Deletable
}

/** What an object below `backups/` is, where it is not simply part of a backup. */
export function judgeObject(object: RepairObject, context: Context): Remain | undefined {
  const { key } = object
  const name = parseBackupKey(context.view.prefix, key)
  if (name === undefined) return foreign(key)
  const { id, filename } = name
  const entry = context.entries.get(id)
  if (entry?.status === 'DELETED') return judgeRest(object, id, entry, context)
  if (filename === recordFilename) return undefined
  const reading = context.view.records.get(id)
  if (reading?.kind === 'found' && reading.record.id === id) {
    return filename === reading.record.filename ? undefined : foreign(key)
  }
  if (!isOurFilename(filename, id)) return foreign(key)
  // A record that cannot be read is a record all the same, and one that is listed but was not read
  // is there too.
  if (reading !== undefined && reading.kind !== 'missing') return undefined
  if (reading === undefined && context.recordIds.has(id)) return undefined
  return context.runningIds.has(id) ? undefined : judgeOrphan(object, id, entry, context)
}

/** What an unfinished upload is, where no run that may be alive owns it. */
export function judgeUpload(upload: RepairUpload, context: Context): Remain | undefined {
  const { key, uploadId, startedAt } = upload
  const name = parseBackupKey(context.view.prefix, key)
  if (name === undefined || !isOurFilename(name.filename, name.id)) return foreign(key)
  if (context.runningIds.has(name.id)) return undefined
  const text = 'An upload was never finished; its parts take up space and are billed'
  const found = { kind: 'dangling_upload', id: name.id, key, text, action: 'reported' } as const
  return offer(found, { kind: 'upload', key, uploadId }, startedAt, context)
}

/** What a deletion left behind that was begun and not finished, or that the provider refused. */
function judgeRest(object: RepairObject, id: string, entry: Backup, context: Context): Remain {
  const { key, size } = object
  const text = 'The backup was deleted, this was left behind'
  const found = { ...orphan(id, key, size), text }
  const deletedAt = new Date(entry.deletedAt ?? entry.createdAt)
  return offer(found, { kind: 'object', key, sizeBytes: size }, deletedAt, context)
}

function judgeOrphan(
  object: RepairObject,
  id: string,
  entry: Backup | undefined,
  context: Context,
): Remain {
  const { key, size, modifiedAt } = object
  if (entry?.checksum !== undefined) {
    const text = 'The bytes have no record, but a known checksum: kept, to be checked by hand'
    return { finding: { ...orphan(id, key, size), text } }
  }
  const found = { ...orphan(id, key, size), text: 'The bytes belong to no backup: no record' }
  return offer(found, { kind: 'object', key, sizeBytes: size }, modifiedAt, context)
}

function orphan(id: string, key: string, sizeBytes: number) {
  return { kind: 'orphan_bytes', id, key, sizeBytes, action: 'reported' } as const
}

/** Offers something for deletion once it is older than the grace period. */
function offer(finding: RepairFinding, target: Deletable, since: Date, context: Context): Remain {
  const { now, graceMs } = context.view
  if (now.getTime() - since.getTime() > graceMs) return { finding, target }
  return { finding: { ...finding, text: `${finding.text} (too young to be deleted)` } }
}

function foreign(key: string): Remain {
  const text = 'Strongroom did not write this and leaves it alone'
  return { finding: { kind: 'foreign_object', key, text, action: 'none' } }
}

/** Whether a name has the form in which the bytes of this backup are stored. */
function isOurFilename(filename: string, id: string): boolean {
  return filename.endsWith(`-${id}.sql.gz`) || filename.endsWith(`-${id}.dump.gz`)
}
