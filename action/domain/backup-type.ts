import type { Backup, BackupType } from './backup.ts'
import { parseCron } from './cron.ts'
import { isFailure } from './failure.ts'
import { isGood } from './is-good.ts'
import { previousRun } from './previous-run.ts'

export interface BackupTypeRequest {
  readonly requested: 'auto' | BackupType
  /** The event that started the run; only `schedule` leads to another type than MANUAL. */
  readonly event: string
  /** The schedule that started the run, where the event names it. */
  readonly cron?: string
  readonly startedAt: Date
  /** Entries of the same database. */
  readonly backups: readonly Backup[]
}

/** The type of a backup, and why, as a clause that is recorded with it. */
export interface BackupTypeChoice {
  readonly type: BackupType
  readonly reason: string
}

/**
 * The type of a backup that begins.
 *
 * A scheduled one is judged by the *nominal* time of its schedule, since runs are delayed, even past
 * midnight: MONTHLY on the 1st, else WEEKLY on a Sunday, else DAILY, in UTC. It is promoted to catch
 * up where the month (or the week since its Sunday) has no good MONTHLY (or WEEKLY) although backups
 * were made before it began; one that failed, or whose check failed, does not satisfy its period. The
 * week begins with the Sunday on which WEEKLY is due, not with the ISO week's Monday: otherwise every
 * Monday would be promoted one day after a WEEKLY. A MONTHLY satisfies the week as well.
 */
export function chooseBackupType(request: BackupTypeRequest): BackupTypeChoice {
  if (request.requested !== 'auto') return { type: request.requested, reason: 'asked for' }
  if (request.event !== 'schedule') return { type: 'MANUAL', reason: 'not started by a schedule' }
  const { at, note } = findNominalTime(request)
  const choice = chooseScheduled(at, request.backups)
  return note === undefined ? choice : { ...choice, reason: `${choice.reason} (${note})` }
}

function findNominalTime({ cron, startedAt }: BackupTypeRequest): {
  readonly at: Date
  readonly note?: string
} {
  if (cron === undefined) return { at: startedAt }
  try {
    const at = previousRun(parseCron(cron), startedAt)
    return at === undefined
      ? { at: startedAt, note: 'by the time of its start: the schedule is never due' }
      : { at }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { at: startedAt, note: 'by the time of its start: the schedule could not be read' }
  }
}

function chooseScheduled(at: Date, backups: readonly Backup[]): BackupTypeChoice {
  if (at.getUTCDate() === 1) return { type: 'MONTHLY', reason: 'due on the 1st' }
  if (isMissing(['MONTHLY'], startOfMonth(at), backups)) {
    return { type: 'MONTHLY', reason: 'catches up: this month has no COMPLETED MONTHLY yet' }
  }
  if (at.getUTCDay() === 0) return { type: 'WEEKLY', reason: 'due on a Sunday' }
  if (isMissing(['WEEKLY', 'MONTHLY'], startOfWeek(at), backups)) {
    return { type: 'WEEKLY', reason: 'catches up: this week has no COMPLETED WEEKLY yet' }
  }
  return { type: 'DAILY', reason: 'due on neither the 1st nor a Sunday' }
}

/** Whether backups go back to before a period, and none of these types was made in it. */
function isMissing(types: readonly string[], start: number, backups: readonly Backup[]): boolean {
  const wasBegun = backups.some(
    ({ status, startedAt }) =>
      (status === 'COMPLETED' || status === 'DELETED') && Date.parse(startedAt) < start,
  )
  return (
    wasBegun &&
    !backups.some(
      (backup) =>
        types.includes(backup.type) && isGood(backup) && Date.parse(backup.startedAt) >= start,
    )
  )
}

function startOfMonth(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)
}

function startOfWeek(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() - at.getUTCDay())
}
