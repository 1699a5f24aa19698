import type { Backup, BackupType } from './backup.ts'
import { findClosestId } from './closest-id.ts'
import { latestCompleted } from './latest-completed.ts'
import type { ReasonCode } from './reason-code.ts'

/** The word that stands for the newest COMPLETED backup. */
export const latestWord = 'latest'

interface ResolveFilter {
  readonly type?: BackupType
  readonly database?: string
}

/** The backup that was asked for, or why there is none. */
export type Resolution =
  | { readonly kind: 'found'; readonly backup: Backup }
  | {
      readonly kind: 'refused'
      readonly code: ReasonCode
      readonly text: string
      readonly hint?: string
    }

/**
 * The COMPLETED backup that an id or `latest` stands for.
 *
 * `latest` is the newest COMPLETED one that the filter admits, whatever its verification says: a
 * check must not turn green by passing over the bad one. Safety backups are passed over as long as
 * there is any other, since the newest of them holds just what a restore was meant to replace. The
 * filter narrows `latest` only; an id says by itself what is meant.
 */
export function resolveBackup(
  backups: readonly Backup[],
  wanted: string,
  filter: ResolveFilter = {},
): Resolution {
  return wanted === latestWord ? resolveLatest(backups, filter) : resolveId(backups, wanted)
}

function resolveLatest(backups: readonly Backup[], filter: ResolveFilter): Resolution {
  const ordinary = backups.filter((backup) => backup.purpose !== 'safety')
  const backup = latestCompleted(ordinary, filter) ?? latestCompleted(backups, filter)
  if (backup !== undefined) return { kind: 'found', backup }
  const kind = filter.type === undefined ? 'COMPLETED' : `COMPLETED ${filter.type}`
  return {
    kind: 'refused',
    code: 'backup_unknown',
    text: `Cannot use the latest backup: there is no ${kind} one, expected at least one`,
    hint: 'Run list to see which backups there are; if it shows none, check "bucket" and "prefix" (BACKUP_PREFIX).',
  }
}

function resolveId(backups: readonly Backup[], wanted: string): Resolution {
  const backup = backups.find(({ id }) => id === wanted)
  if (backup?.status === 'COMPLETED') return { kind: 'found', backup }
  if (backup !== undefined) return refuseStatus(backup)
  const completed = backups.filter(({ status }) => status === 'COMPLETED').map(({ id }) => id)
  const closest = findClosestId(wanted, completed)
  return {
    kind: 'refused',
    code: 'backup_unknown',
    text: `Cannot use ${quoteWanted(wanted)}: no backup has this id, expected an id or "${latestWord}"`,
    hint:
      closest === undefined
        ? 'Run list to see which backups there are.'
        : `Did you mean "${closest}"? Run list to see which backups there are.`,
  }
}

function refuseStatus({ id, status }: Backup): Resolution {
  return {
    kind: 'refused',
    code: 'backup_not_completed',
    text: `Cannot use backup "${id}": it is ${status}, expected COMPLETED`,
    hint: 'Run list with the status COMPLETED to see which backups can be used.',
  }
}

/** What was asked for, repeated only where it is short and plain. */
function quoteWanted(wanted: string): string {
  return /^[\w.-]{1,64}$/.test(wanted) ? `backup "${wanted}"` : 'the backup that was asked for'
}
