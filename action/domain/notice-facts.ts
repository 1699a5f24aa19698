import type { Backup } from './backup.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatSize } from './format-size.ts'
import type { Notice } from './notice.ts'
import type { FailureResult, Result } from './result.ts'

/** What a result itself has to say, in a few words each. */
export function listNoticeFacts(result: Result | FailureResult): Notice['facts'] {
  const stage = result.ok || result.stage === undefined ? [] : [fact('Stage', result.stage)]
  return [...stage, ...listOwn(result)]
}

function listOwn(result: Result | FailureResult): Notice['facts'] {
  if (!('command' in result)) return []
  switch (result.command) {
    case 'backup':
      return 'backup' in result && result.backup !== undefined ? describeBackup(result.backup) : []
    case 'verify':
      return 'outcome' in result
        ? [fact('Backup', result.backup?.id ?? 'unknown'), fact('Level', result.level)]
        : []
    case 'restore':
      return 'steps' in result
        ? [
            ...(result.plan === undefined
              ? []
              : [
                  fact('Backup', result.plan.backup.id),
                  fact('Mode', result.plan.mode),
                  fact('Restored into', result.plan.restoreInto),
                ]),
            ...(result.safetyBackupId === undefined
              ? []
              : [fact('Safety backup', result.safetyBackupId)]),
          ]
        : []
    case 'check':
      return 'databases' in result
        ? result.databases.flatMap(({ database, problems }) =>
            problems.map(({ text }) => fact(database, text)),
          )
        : []
    default:
      return []
  }
}

function describeBackup(backup: Backup): Notice['facts'] {
  const { id, type, fileSize, durationMs, tables } = backup
  const rows = Object.values(tables ?? {}).reduce((sum, count) => sum + count, 0)
  return [
    fact('Backup', `${id} (${type})`),
    ...(fileSize === 0 ? [] : [fact('Stored', formatSize(fileSize))]),
    ...(durationMs === undefined ? [] : [fact('Duration', formatDuration(durationMs))]),
    ...(tables === undefined
      ? []
      : [
          fact(
            'Rows',
            `${formatCount(rows)} in ${formatCount(Object.keys(tables).length, 'table')}`,
          ),
        ]),
  ]
}

function fact(label: string, value: string): { readonly label: string; readonly value: string } {
  return { label, value }
}
