import { formatItems } from './format-count.ts'
import { majorOf } from './major-of.ts'
import type { RestoreCase } from './restore-case.ts'

/** The first pg_dump whose plain output sets `transaction_timeout`, which older servers refuse. */
const transactionTimeoutMajor = 17

/** What a user should know before a restore that may start. */
export function findRestoreWarnings(restore: RestoreCase): string[] {
  const { record, target, mode } = restore
  const from = majorOf(record.serverVersion)
  const dumper = majorOf(record.pgDumpVersion)
  const isReplacing = mode !== 'new-database' && target.exists
  const warnings = [
    from !== undefined &&
      target.major > from &&
      `The backup is of PostgreSQL ${from}, the target is ${target.major}`,
    dumper !== undefined &&
      dumper >= transactionTimeoutMajor &&
      target.major < transactionTimeoutMajor &&
      `The dump was written by pg_dump ${dumper}, which PostgreSQL ${target.major} may refuse`,
    mode === 'in-place' &&
      record.encoding !== target.encoding &&
      `The backup is in ${record.encoding}, the target in ${target.encoding}`,
    isReplacing &&
      target.sessions > 0 &&
      `${formatItems(target.sessions, 'session')} on the target will be ended`,
    isReplacing &&
      mode === 'in-place' &&
      !target.isEmpty &&
      'What the target holds is dropped first',
    record.warnings.length > 0 &&
      `pg_dump gave ${formatItems(record.warnings.length, 'warning')} when this backup was made`,
  ]
  return warnings.filter((warning) => warning !== false)
}
