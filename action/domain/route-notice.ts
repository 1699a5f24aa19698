import { alarmStepOf } from './alarm.ts'
import type { Notice } from './notice.ts'

/**
 * Whether people are told: of every failure, of what looks wrong, and of a restore whatever becomes
 * of it; of other good ends only where that is wanted. Who accepts a backup knows it already.
 */
export function isWorthTelling(
  notice: Notice,
  { tellsSuccess }: { readonly tellsSuccess: boolean },
) {
  switch (notice.command) {
    case 'restore':
      return true
    case 'backup':
    case 'verify':
    case 'check':
      if (notice.kind === 'started') return false
      return notice.kind !== 'succeeded' || tellsSuccess
    default:
      return false
  }
}

/**
 * Whether a dead man's switch is told: of backups, and of checks, whose success says that there is a
 * fresh one. A verification or a restore that went well says nothing of the sort.
 */
export function isPing({ command }: Notice): boolean {
  return command === 'backup' || command === 'check'
}

/** Whether the issue of a database is touched. */
export function isAlarm(notice: Notice): boolean {
  const { opens, heals } = alarmStepOf(notice)
  return opens.length + heals.length > 0
}
