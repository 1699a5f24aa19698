import { isBackupId } from './backup-id.ts'
import { compactInstant } from './compact-instant.ts'
import { Failure } from './failure.ts'
import { normalizePrefix } from './prefix.ts'

/** The last part of a record's key. No bytes are ever stored under this name. */
export const recordFilename = 'backup.json'

/** Whether a request is claimed for an account of its own, or for the one that all workflows of a repository share. */
export type Claimant = 'account' | 'workflows'

/** Every key that Strongroom uses in a bucket. Whoever builds a key elsewhere has left the layout. */
export interface ObjectKeys {
  /** Normalised: no slash at either end. */
  readonly prefix: string
  readonly manifest: string
  /** What all backups lie under, ending in a slash: a prefix to list. */
  readonly backups: string
  /** What one backup's objects lie under, ending in a slash. */
  backupDirectory(id: string): string
  bytes(id: string, filename: string): string
  record(id: string): string
  /** What the audit trail lies under, ending in a slash: a prefix to list. */
  readonly audits: string
  audit(at: Date, action: string, nonce: string): string
  /** The audit object by which a run claims a request. No request id holds the slash that sets the two apart. */
  request(requestId: string, claimant: Claimant): string
  quarantine(at: Date): string
  probe(nonce: string): string
  lease(name: string): string
}

/**
 * The keys below a prefix.
 *
 * Every part that is put into a key is checked, since ids and filenames also come from a manifest
 * that somebody else may have written.
 *
 * @throws {Failure} `invalid_input` for an unusable prefix, and for a part that is not one
 */
export function createObjectKeys(prefix: string): ObjectKeys {
  const root = normalizePrefix(prefix)
  const backups = `${root}/backups/`
  const backupDirectory = (id: string) => `${backups}${requireBackupId(id)}/`
  return {
    prefix: root,
    manifest: `${root}/manifest.json`,
    backups,
    backupDirectory,
    bytes: (id, filename) => `${backupDirectory(id)}${requireBytesName(filename)}`,
    record: (id) => `${backupDirectory(id)}${recordFilename}`,
    audits: `${root}/audit/`,
    audit: (at, action, nonce) => {
      const [year, month] = at.toISOString().split('-')
      const name = `${compactInstant(at)}-${requirePart(action)}-${requirePart(nonce)}`
      return `${root}/audit/${year}/${month}/${name}.json`
    },
    request: (requestId, claimant) => {
      const folder = claimant === 'workflows' ? 'requests/workflows' : 'requests'
      return `${root}/audit/${folder}/${requireRequestId(requestId)}.json`
    },
    quarantine: (at) => `${root}/quarantine/${compactInstant(at)}.json`,
    probe: (nonce) => `${root}/probe/${requirePart(nonce)}`,
    lease: (name) => `${root}/lease/${requirePart(name)}.json`,
  }
}

/**
 * What a key below `backups/` names, or `undefined` for a foreign object: another prefix, a folder
 * that is not a backup id, anything deeper.
 *
 * @returns `filename` is {@link recordFilename} for the record
 */
export function parseBackupKey(
  prefix: string,
  key: string,
): { readonly id: string; readonly filename: string } | undefined {
  const { backups } = createObjectKeys(prefix)
  if (!key.startsWith(backups)) return undefined
  const [id, filename, ...deeper] = key.slice(backups.length).split('/')
  if (id === undefined || !isBackupId(id)) return undefined
  if (filename === undefined || filename === '' || deeper.length > 0) return undefined
  return { id, filename }
}

function requireBackupId(id: string): string {
  if (isBackupId(id)) return id
  throw unusable('the backup id', 'the form 20261122T030012Z-k7q2')
}

function requireBytesName(filename: string): string {
  const isName = /^[A-Za-z0-9_.-]{1,255}$/.test(filename) && !/^\.{1,2}$/.test(filename)
  if (isName && filename !== recordFilename) return filename
  throw unusable('the filename', 'letters, digits and _ . - only')
}

function requireRequestId(id: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(id)) return id
  throw unusable('the request id', 'letters, digits and . _ - only')
}

function requirePart(part: string): string {
  if (/^[A-Za-z0-9_-]{1,128}$/.test(part)) return part
  throw unusable('a part of the key', 'letters, digits and _ - only')
}

function unusable(what: string, expected: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot build an object key: ${what} is not usable, expected ${expected}`,
  })
}
