import { formatCount } from './format-count.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type Report, type Text } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportStatistics } from './report-statistics.ts'
import { reportWarnings } from './report-warnings.ts'
import type { RepairFinding, RepairResult } from './result.ts'

const kindNames: Readonly<Record<RepairFinding['kind'], string>> = {
  rebuilt: 'manifest rebuilt',
  missing_entry: 'entry missing',
  missing_record: 'record missing',
  missing_bytes: 'bytes missing',
  size_mismatch: 'size differs',
  disagreement: 'record and manifest disagree',
  orphan_bytes: 'orphan bytes',
  dangling_upload: 'dangling upload',
  corrupt_record: 'record corrupt',
  stale_backup: 'stale backup',
  foreign_object: 'foreign object',
}

const actionTones = {
  none: { tone: 'neutral', text: 'none' },
  reported: { tone: 'doubtful', text: 'reported' },
  mended: { tone: 'good', text: 'mended' },
  deleted: { tone: 'good', text: 'deleted' },
} as const satisfies Readonly<Record<RepairFinding['action'], Text[number]>>

/** What `repair` found and what it did about each. */
export function reportRepair(result: RepairResult): Report {
  const { findings, dryRun } = result
  const found = findings.length === 0 ? 'nothing to mend' : formatCount(findings.length, 'finding')
  return [
    {
      kind: 'title',
      tone: !result.ok ? 'bad' : dryRun ? 'neutral' : 'good',
      text: [`Repair: ${found}${dryRun ? ', nothing changed' : ''}`],
    },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    ...(findings.length === 0 ? [] : [tabulate(findings)]),
    ...reportStatistics(result.statistics),
  ]
}

function tabulate(findings: readonly RepairFinding[]): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Finding' },
      { title: 'Where' },
      { title: 'Size', align: 'right' },
      { title: 'What', isProse: true },
      { title: 'Done' },
    ],
    rows: findings.map(({ kind, id, key, sizeBytes, text, action }) => [
      [kindNames[kind]],
      id === undefined && key === undefined ? [] : [code(key ?? id ?? '')],
      sizeBytes === undefined ? [] : [formatSize(sizeBytes)],
      [text],
      [actionTones[action]],
    ]),
  }
}
