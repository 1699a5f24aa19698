import { describeBackup } from './describe-backup.ts'
import type { Report } from './report.ts'
import type { PlanResult } from './result.ts'

/** A frozen plan, as the people who are asked to approve it read it. */
export function reportPlan(result: PlanResult): Report {
  return [
    { kind: 'title', tone: 'neutral', text: ['Plan for approval'] },
    { kind: 'paragraph', text: [result.message] },
    { kind: 'facts', facts: describeBackup(result.backup) },
    { kind: 'heading', text: 'The plan' },
    { kind: 'commands', language: 'json', lines: [result.plan] },
  ]
}
