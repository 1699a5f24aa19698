import { formatSize } from './format-size.ts'
import { isDoubtful } from './is-good.ts'
import { countBytes, databaseNameBytesMax } from './keep-database-name.ts'
import { majorOf } from './major-of.ts'
import type { ReasonCode } from './reason-code.ts'
import type { RestoreCase } from './restore-case.ts'
import { showControls } from './show-controls.ts'

/** Why a restore must not start. */
export interface Refusal {
  readonly code: ReasonCode
  /** "Cannot restore …: <what is>, expected <what should be>". */
  readonly text: string
  readonly hint?: string
}

/** Room for what the file system needs around the downloaded bytes. */
const diskFactor = 1.05
/** So many missing extensions are named. */
const namedMax = 10

/** Every reason against a restore, what is wrong with the backup first. */
export function findRefusals(restore: RestoreCase): Refusal[] {
  return [
    judgeStatus(restore),
    judgeVerification(restore),
    judgeDatabase(restore),
    judgeMajor(restore),
    judgeExtensions(restore),
    judgeDisk(restore),
    judgeMode(restore),
    judgeConfirmation(restore),
  ].filter((refusal) => refusal !== undefined)
}

function judgeStatus({ backup }: RestoreCase): Refusal | undefined {
  if (backup.status === 'COMPLETED') return undefined
  return refuse(
    'backup_not_completed',
    `backup "${backup.id}" is ${backup.status}, expected COMPLETED`,
    'Choose another backup: list shows them.',
  )
}

function judgeVerification({ backup }: RestoreCase): Refusal | undefined {
  if (!isDoubtful(backup)) return undefined
  return refuse(
    'verification_failed',
    `the last check of backup "${backup.id}" failed, expected one that passed or none`,
    'Choose another backup, or run verify on this one again.',
  )
}

function judgeDatabase(restore: RestoreCase): Refusal | undefined {
  const { backup, mode, targetDatabase, allowDifferentDatabase } = restore
  if (mode === 'new-database' || allowDifferentDatabase) return undefined
  if (backup.database === targetDatabase) return undefined
  return refuse(
    'wrong_database',
    `backup "${backup.id}" is of database ${quote(backup.database)}, ` +
      `expected one of the target ${quote(targetDatabase)}`,
    'Allow a different database explicitly where this is meant.',
  )
}

function judgeMajor({ record, target }: RestoreCase): Refusal | undefined {
  const dumped = majorOf(record.serverVersion)
  if (dumped === undefined || target.major >= dumped) return undefined
  return refuse(
    'target_older',
    `the target is PostgreSQL ${target.major}, expected ${dumped} or newer, as the backup is`,
    'An older server cannot be relied on to understand this dump: restore to a newer one.',
  )
}

function judgeExtensions({ record, target }: RestoreCase): Refusal | undefined {
  const missing = record.extensions
    .map(({ name }) => name)
    .filter((name) => !target.availableExtensions.includes(name))
  if (missing.length === 0) return undefined
  const names = missing.slice(0, namedMax).map(quote).join(', ')
  const more = missing.length > namedMax ? ` and ${missing.length - namedMax} more` : ''
  return refuse(
    'target_unfit',
    `the target server lacks the extensions ${names}${more}, expected all that the backup uses`,
    'Install them on the target server.',
  )
}

function judgeDisk({ record, freeBytes }: RestoreCase): Refusal | undefined {
  const needed = Math.ceil(record.fileSize * diskFactor)
  if (freeBytes >= needed) return undefined
  return refuse(
    'disk_full',
    `the local disk has ${formatSize(freeBytes)} free, expected ${formatSize(needed)}`,
    'Free space where temporary files go, or use a larger runner.',
  )
}

function judgeMode(restore: RestoreCase): Refusal | undefined {
  const { mode, target } = restore
  if (mode === 'in-place') return judgeInPlace(restore)
  if (!target.canCreateDatabase) {
    return refuse(
      'target_unfit',
      `mode "${mode}" needs a new database, expected a role with CREATEDB`,
      'Grant CREATEDB to the role, or use another role.',
    )
  }
  return mode === 'new-database' ? judgeNewDatabase(restore) : undefined
}

function judgeInPlace({ record, target, targetDatabase }: RestoreCase): Refusal | undefined {
  if (!target.exists) {
    return refuse(
      'database_missing',
      `the target ${quote(targetDatabase)} does not exist, expected it for mode "in-place"`,
      'Create it, or use mode "swap".',
    )
  }
  // Such a dump carries its own COMMIT, so one transaction cannot hold it.
  if (record.format === 'custom' || !record.largeObjects) return undefined
  return refuse(
    'target_unfit',
    'a plain dump with large objects commits half-way, expected mode "swap" or "new-database"',
    'Use mode "swap".',
  )
}

function judgeNewDatabase(restore: RestoreCase): Refusal | undefined {
  const { restoreDatabase: name = '', target, targetDatabase } = restore
  if (name === '' || countBytes(name) > databaseNameBytesMax) {
    return refuse(
      'invalid_input',
      `the new database has ${name === '' ? 'no name' : 'too long a name'}, ` +
        `expected one of 1 to ${databaseNameBytesMax} bytes`,
      'Set "restore-database".',
    )
  }
  if (name !== targetDatabase || !target.exists) return undefined
  return refuse(
    'target_not_empty',
    `database ${quote(name)} exists, expected a name that is free`,
    'Choose another "restore-database", or mode "swap" to replace it.',
  )
}

function judgeConfirmation(restore: RestoreCase): Refusal | undefined {
  const { mode, confirm, targetDatabase, isConfirmationAsked } = restore
  if (mode === 'new-database' || confirm === targetDatabase) return undefined
  if (confirm === undefined && isConfirmationAsked) return undefined
  const given = confirm === undefined ? 'was not given' : 'is another name'
  return refuse(
    'confirmation_mismatch',
    `"confirm" ${given}, expected the target's name ${quote(targetDatabase)}`,
    'Set "confirm" to the name of the database that will be replaced.',
  )
}

function refuse(code: ReasonCode, what: string, hint: string): Refusal {
  return { code, text: `Cannot restore: ${what}`, hint }
}

function quote(name: string): string {
  return `"${showControls(name)}"`
}
