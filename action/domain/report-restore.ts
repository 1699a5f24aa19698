import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatInstant } from './format-instant.ts'
import { formatNumber } from './format-number.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type Fact, fact, type Report, type Text } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { RestorePlan, RestoreResult } from './result.ts'

/** A restore: the plan, each step with its time, and the way back. */
export function reportRestore(result: RestoreResult): Report {
  const { plan, steps, restoredTables } = result
  return [
    {
      kind: 'title',
      tone: !result.ok ? 'bad' : result.dryRun ? 'neutral' : 'good',
      text: nameOutcome(result),
    },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    ...(plan === undefined
      ? []
      : [
          { kind: 'heading' as const, text: 'Plan' },
          { kind: 'facts' as const, facts: describePlan(plan) },
        ]),
    ...(steps.length === 0 ? [] : [tabulate(steps)]),
    ...describeOutcome(result),
    ...listRows(restoredTables ?? {}),
  ]
}

function nameOutcome({ ok, dryRun, plan }: RestoreResult): Text {
  const outcome = !ok ? 'failed' : dryRun ? 'plan only, nothing changed' : 'done'
  if (plan === undefined) return [`Restore ${outcome}`]
  return ['Restore of ', code(plan.backup.id), ` ${outcome}`]
}

/** What will happen, or happened: from which backup, to where, what is lost, what is kept. */
export function describePlan(plan: RestorePlan): readonly Fact[] {
  const { backup, target } = plan
  const replaced = target.exists
    ? ` (${formatSize(target.sizeBytes)}, ${formatCount(target.sessions, 'session')})`
    : ' (does not exist yet)'
  return [
    ...fact(
      'Backup',
      code(backup.id),
      ` of ${formatInstant(backup.startedAt)}, ${formatSize(backup.fileSize)}, database `,
      code(backup.database),
    ),
    ...fact('Target', code(target.database), ...nameHost(target.host), replaced),
    ...fact('Server', `PostgreSQL ${target.serverVersion}`),
    ...fact('Mode', plan.mode),
    ...fact('Restored into', code(plan.restoreInto)),
    ...fact('Old one kept as', code(plan.keepAs)),
    ...fact('Data written since', {
      tone: 'doubtful',
      text: `the last ${formatDuration(plan.dataLossWindowMs)} are not in this backup`,
    }),
    ...fact('Safety backup', plan.safetyBackup ? 'yes, before anything is replaced' : 'no'),
    ...fact('Delay', plan.delaySeconds === 0 ? undefined : `${plan.delaySeconds} s`),
  ]
}

/** Absent where the reader is not to know, as on a status card. */
function nameHost(host: string): Text {
  return host === '' ? [] : [' on ', code(host)]
}

function tabulate(steps: RestoreResult['steps']): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Step' },
      { title: 'What', isProse: true },
      { title: 'Time', align: 'right' },
    ],
    rows: steps.map(({ name, text, durationMs }) => [[name], [text], [formatDuration(durationMs)]]),
  }
}

function describeOutcome({ safetyBackupId, undo, dropOld }: RestoreResult): readonly Block[] {
  const blocks: Block[] = []
  if (safetyBackupId !== undefined)
    blocks.push({ kind: 'facts', facts: fact('Safety backup', code(safetyBackupId)) })
  if (undo !== undefined)
    blocks.push(
      { kind: 'paragraph', text: ['To bring the old database back:'] },
      { kind: 'commands', language: 'sh', lines: [undo] },
    )
  if (dropOld !== undefined)
    blocks.push(
      { kind: 'paragraph', text: ['To drop it once it is not needed any more:'] },
      { kind: 'commands', language: 'sql', lines: [dropOld] },
    )
  return blocks
}

function listRows(tables: Readonly<Record<string, number>>): readonly Block[] {
  const entries = Object.entries(tables)
  if (entries.length === 0) return []
  const total = entries.reduce((sum, [, count]) => sum + count, 0)
  const rows = entries
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name, count]) => [[code(name)], [formatNumber(count)]])
  return [
    {
      kind: 'fold',
      title: `${formatCount(total, 'row')} restored in ${formatCount(entries.length, 'table')}`,
      blocks: [
        { kind: 'table', columns: [{ title: 'Table' }, { title: 'Rows', align: 'right' }], rows },
      ],
    },
  ]
}
