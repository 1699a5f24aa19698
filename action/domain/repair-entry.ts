import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'
import { entryOf } from './entry-of-record.ts'
import { formatSize } from './format-size.ts'
import { isDoubtful } from './is-good.ts'
import { isStale } from './is-stale.ts'
import type { RepairView } from './repair-view.ts'
import type { RepairFinding } from './result.ts'

interface EntryCase {
  readonly id: string
  readonly entry: Backup | undefined
  readonly reading: ReturnType<RepairView['records']['get']>
  /** Sizes of the objects of this id, by filename. */
  readonly sizes: ReadonlyMap<string, number> | undefined
  readonly now: Date
}

interface Mended {
  /** The entry as it should be; none where there is nothing to make one of. */
  readonly backup?: Backup
  readonly findings: readonly RepairFinding[]
}

/**
 * How long after its end a backup may still look incomplete: what was read of the prefix was not
 * read at one instant, commits go on meanwhile, and clocks of runners differ.
 */
const settleMs = 15 * 60_000

/** What a record fixes for good; a manifest that says otherwise was damaged or changed by hand. */
const fixedKeys = [
  'checksum',
  'fileSize',
  'filename',
  'database',
  'type',
  'format',
  'createdAt',
  'startedAt',
] as const

/** The entry of one id as it should be, and what was wrong with it. */
export function mendEntry(subject: EntryCase): Mended {
  const { entry, reading } = subject
  // An entry that says DELETED outlives its record: the deletion was decided, its remains are told
  // with the objects.
  if (entry?.status === 'DELETED') return { backup: entry, findings: [] }
  if (reading?.kind === 'found') return mendByRecord(subject, reading.record)
  if (reading?.kind === 'corrupt') return mendWithoutRecord(subject, reading.reason)
  return reading?.kind === 'missing' ? mendUnrecorded(subject) : mendStale(subject)
}

function mendByRecord(subject: EntryCase, record: BackupRecord): Mended {
  const { id, entry, sizes } = subject
  if (record.id !== id) {
    return mendWithoutRecord(subject, `it is the record of ${record.id}`)
  }
  const size = sizes?.get(record.filename)
  const backup = mergeEntry(entry, record)
  if (size === undefined) return mendMissingBytes(subject, backup)
  const disagreement = compareEntry(entry, record)
  const findings = disagreement === undefined ? [] : [disagreement]
  if (size === record.fileSize) return { backup, findings }
  const reason = `${formatSize(size)} are stored (${size} bytes), the record says ${record.fileSize}`
  const doubted = doubt(subject, backup, reason)
  return { ...doubted, findings: [...findings, finding('size_mismatch', id, reason, doubted)] }
}

function compareEntry(entry: Backup | undefined, record: BackupRecord): RepairFinding | undefined {
  const { id } = record
  if (entry === undefined) {
    return mend('missing_entry', id, 'The record had no entry in the manifest')
  }
  if (entry.status !== 'COMPLETED') {
    return mend('disagreement', id, `The manifest said ${entry.status}, the record COMPLETED`)
  }
  const differing = fixedKeys.filter((key) => entry[key] !== record[key])
  return differing.length === 0
    ? undefined
    : mend('disagreement', id, `The manifest and the record differed in ${differing.join(', ')}`)
}

/** The record's entry with what was learned since, which only the manifest knows. */
function mergeEntry(entry: Backup | undefined, record: BackupRecord): Backup {
  if (entry === undefined) return entryOf(record)
  const { error: _error, upload: _upload, staleAfter: _staleAfter, ...kept } = entry
  const { verification, verifiedAt, restores } = entry
  return {
    ...kept,
    ...entryOf(record),
    ...(verification !== undefined && { verification }),
    ...(verifiedAt !== undefined && { verifiedAt }),
    ...(restores !== undefined && { restores }),
  }
}

function mendMissingBytes(subject: EntryCase, backup: Backup): Mended {
  const { id, entry } = subject
  const error = 'The bytes of this backup are gone although its record is there'
  if (!isSettled(backup, subject.now)) return tooYoung('missing_bytes', backup, error)
  const failed: Backup = { ...backup, status: 'FAILED', fileSize: 0, error }
  const isKnown = entry?.status === 'FAILED' && entry.error === error
  return { backup: failed, findings: [finding('missing_bytes', id, error, { isKnown })] }
}

/** Whether a backup ended so long ago that what is missing of it will not come any more. */
function isSettled(backup: Pick<Backup, 'completedAt' | 'startedAt'>, now: Date): boolean {
  return now.getTime() - Date.parse(backup.completedAt ?? backup.startedAt) > settleMs
}

function tooYoung(kind: RepairFinding['kind'], backup: Backup, what: string): Mended {
  const text = `${what}; it ended just now, so this may be its commit: run repair again later`
  return { backup, findings: [finding(kind, backup.id, text, { isKnown: true })] }
}

/** A record that is there and cannot be used: nothing says that the entry is true, or false. */
function mendWithoutRecord(subject: EntryCase, why: string): Mended {
  const { id, entry } = subject
  const text = `The record cannot be used: ${why}`
  if (entry?.status !== 'COMPLETED') {
    const { backup = entry, findings } = mendStale(subject)
    return {
      ...(backup && { backup }),
      findings: [...findings, finding('corrupt_record', id, text, { isKnown: true })],
    }
  }
  const doubted = doubt(subject, entry, text)
  return { ...doubted, findings: [finding('corrupt_record', id, text, doubted)] }
}

function mendUnrecorded(subject: EntryCase): Mended {
  const { id, entry } = subject
  if (entry?.status !== 'COMPLETED') return mendStale(subject)
  const error = 'The record of this backup is missing, so nothing proves that it is whole'
  if (!isSettled(entry, subject.now)) return tooYoung('missing_record', entry, error)
  // The checksum stays: bytes with a known checksum are never offered for deletion.
  const backup: Backup = { ...entry, status: 'FAILED', fileSize: 0, error }
  return { backup, findings: [mend('missing_record', id, error)] }
}

function mendStale({ id, entry, now }: EntryCase): Mended {
  if (entry === undefined) return { findings: [] }
  if (!isStale(entry, now)) return { backup: entry, findings: [] }
  const error = 'The run ended before the backup was finished'
  const { upload: _upload, staleAfter: _staleAfter, ...kept } = entry
  const backup: Backup = { ...kept, status: 'FAILED', fileSize: 0, error }
  return { backup, findings: [mend('stale_backup', id, error)] }
}

/** The entry marked as one whose check failed; untouched where it is already. */
function doubt(
  { now }: EntryCase,
  backup: Backup,
  reason: string,
): { readonly backup: Backup; readonly isKnown: boolean } {
  if (isDoubtful(backup)) return { backup, isKnown: true }
  const at = now.toISOString()
  const verification = { level: 'bytes' as const, outcome: 'failed' as const, at, reason }
  return { backup: { ...backup, verification }, isKnown: false }
}

function mend(kind: RepairFinding['kind'], id: string, text: string): RepairFinding {
  return { kind, id, text, action: 'mended' }
}

/** A finding that the entry already tells of is reported again, since nothing is mended by it. */
function finding(
  kind: RepairFinding['kind'],
  id: string,
  text: string,
  { isKnown }: { readonly isKnown: boolean },
): RepairFinding {
  return { kind, id, text, action: isKnown ? 'reported' : 'mended' }
}
