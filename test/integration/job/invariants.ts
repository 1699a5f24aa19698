import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Backup } from '../../../action/domain/backup.ts'
import { type BackupRecord, backupRecordSchema } from '../../../action/domain/backup-record.ts'
import { isUnfinished } from '../../../action/domain/is-stale.ts'
import { type Manifest, manifestSchema } from '../../../action/domain/manifest.ts'
import { parseBackupKey, recordFilename } from '../../../action/domain/object-keys.ts'
import type { Peek } from '../../support/s3-server/peek.ts'
import { keys, prefix } from './scene.ts'

const trailer = 'PostgreSQL database dump complete'

/** What lies in a bucket, read behind the protocol's back. */
export interface Contents {
  readonly manifest: Manifest | undefined
  readonly records: ReadonlyMap<string, BackupRecord>
}

export async function readContents(peek: Peek): Promise<Contents> {
  const text = peek.keys().includes(keys.manifest) ? await peek.readText(keys.manifest) : undefined
  const records = new Map<string, BackupRecord>()
  for (const key of peek.keys(keys.backups)) {
    const name = parseBackupKey(prefix, key)
    if (name?.filename !== recordFilename) continue
    records.set(name.id, backupRecordSchema.parse(JSON.parse(await peek.readText(key))))
  }
  const manifest = text === undefined ? undefined : manifestSchema.parse(JSON.parse(text))
  return { manifest, records }
}

export function statusOf({ manifest }: Contents, id: string): Backup['status'] | undefined {
  return manifest?.backups.find((backup) => backup.id === id)?.status
}

/**
 * What is untrue in a bucket, whatever happened to it: a record, or an entry that says COMPLETED, without the very
 * bytes that it names. Empty where everything holds.
 */
export async function findLies(peek: Peek, contents: Contents): Promise<string[]> {
  const { manifest, records } = contents
  const completed = (manifest?.backups ?? []).filter(({ status }) => status === 'COMPLETED')
  const unrecorded = completed
    .filter(({ id }) => !records.has(id))
    .map(({ id }) => `${id} says COMPLETED without a record`)
  const claims = [...completed, ...records.values()]
  const bent = await Promise.all(claims.map((claim) => findBent(peek, claim)))
  return [...unrecorded, ...bent.flat()]
}

async function findBent(peek: Peek, claim: Backup): Promise<string[]> {
  const key = keys.bytes(claim.id, claim.filename)
  if (peek.describe(key) === undefined) return [`${claim.id} is claimed without bytes`]
  const bytes = await peek.read(key)
  if (bytes.length !== claim.fileSize) return [`${claim.id} has another size`]
  const checksum = createHash('sha256').update(bytes).digest('hex')
  if (checksum !== claim.checksum) return [`${claim.id} has another SHA-256`]
  const isWhole = gunzipSync(bytes).includes(trailer)
  return isWhole ? [] : [`${claim.id} is a dump without its end`]
}

/** What is left over in a bucket that nobody works on any more and that was repaired. */
export function findDangling(peek: Peek, { manifest, records }: Contents): string[] {
  const known = new Set(
    [...records.values()].flatMap(({ id, filename }) => [
      keys.record(id),
      keys.bytes(id, filename),
    ]),
  )
  const completed = (manifest?.backups ?? []).filter(({ status }) => status === 'COMPLETED')
  const listed = completed.map(({ id }) => id).sort()
  const kept = [...records.keys()].sort()
  return [
    ...peek.uploads().map(({ key }) => `an upload of ${key} is pending`),
    ...peek
      .keys(keys.backups)
      .filter((key) => !known.has(key))
      .map((key) => `${key} is an orphan`),
    ...(manifest?.backups ?? []).filter(isUnfinished).map(({ id }) => `${id} is unfinished`),
    ...(listed.join() === kept.join() ? [] : [`manifest (${listed}) and records (${kept}) differ`]),
  ]
}
