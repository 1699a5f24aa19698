import type { Block, Report } from './report.ts'
import { reportBackup } from './report-backup.ts'
import { reportCheck } from './report-check.ts'
import { reportCleanup } from './report-cleanup.ts'
import { reportDelete } from './report-delete.ts'
import { reportDoctor } from './report-doctor.ts'
import { reportAdvice, reportFailure } from './report-failure.ts'
import { reportList } from './report-list.ts'
import { reportMark } from './report-mark.ts'
import { reportPlan } from './report-plan.ts'
import { reportRepair } from './report-repair.ts'
import { reportRestore } from './report-restore.ts'
import { reportVerify } from './report-verify.ts'
import type { FailureResult, Result } from './result.ts'

/** The field that tells a command's own result from a failure that came before there was one. */
const ownFields: Readonly<Record<Result['command'], string>> = {
  backup: 'backup',
  list: 'backups',
  cleanup: 'rotation',
  repair: 'findings',
  restore: 'steps',
  verify: 'outcome',
  delete: 'dryRun',
  doctor: 'checks',
  plan: 'plan',
  check: 'databases',
  pin: 'changedIds',
  unpin: 'changedIds',
  accept: 'changedIds',
}

/**
 * What people are told of a result: its own report and, where it failed, what to do about it.
 *
 * @param now ages are counted from here
 */
export function composeReport(result: Result | FailureResult, now: Date): Report {
  if (!isOwnResult(result)) return reportFailure(result)
  const [title, ...rest] = composeBody(result, now)
  const told = Math.max(1, countLeading(rest, 'paragraph'))
  const blocks = [title, ...rest.slice(0, told), ...reportAdvice(result), ...rest.slice(told)]
  return blocks.filter((block) => block !== undefined)
}

function countLeading(report: Report, kind: Block['kind']): number {
  const end = report.findIndex((block) => block.kind !== kind)
  return end === -1 ? report.length : end
}

function isOwnResult(result: Result | FailureResult): result is Result {
  if (!Object.hasOwn(ownFields, result.command)) return false
  return result.ok || ownFields[result.command as Result['command']] in result
}

function composeBody(result: Result, now: Date): Report {
  switch (result.command) {
    case 'backup':
      return reportBackup(result)
    case 'list':
      return reportList(result, now)
    case 'cleanup':
      return reportCleanup(result)
    case 'repair':
      return reportRepair(result)
    case 'restore':
      return reportRestore(result)
    case 'verify':
      return reportVerify(result)
    case 'delete':
      return reportDelete(result)
    case 'doctor':
      return reportDoctor(result)
    case 'plan':
      return reportPlan(result)
    case 'check':
      return reportCheck(result)
    case 'pin':
    case 'unpin':
    case 'accept':
      return reportMark(result)
  }
}
