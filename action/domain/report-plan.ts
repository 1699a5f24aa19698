import { describeBackup } from './describe-backup.ts'
import { formatDuration } from './format-duration.ts'
import { parseFrozenPlan } from './frozen-plan.ts'
import { code, type Fact, fact, type Report } from './report.ts'
import { reportMessage } from './report-message.ts'
import type { PlanResult } from './result.ts'

/** A frozen plan, as the people who are asked to approve it read it. */
export function reportPlan(result: PlanResult): Report {
  return [
    { kind: 'title', tone: 'neutral', text: ['Plan for approval'] },
    ...reportMessage(result.message),
    { kind: 'facts', facts: [...describePlan(result), ...describeBackup(result.backup)] },
    { kind: 'heading', text: 'The plan' },
    { kind: 'commands', language: 'json', lines: [result.plan] },
  ]
}

/** What the approvers agree to, beside the backup itself. */
function describePlan({ plan: text, dataAgeMs }: PlanResult): readonly Fact[] {
  const plan = parseFrozenPlan(text)
  const { login, id } = plan.requestedBy
  const isRestore = plan.command === 'restore'
  return [
    ...fact('Command', plan.command, isRestore ? `, mode ${plan.mode}` : undefined),
    ...fact('Target', isRestore ? code(plan.target) : undefined),
    ...fact('Age of the data', formatDuration(dataAgeMs)),
    ...fact('Asked for by', code(login ?? (id === undefined ? undefined : String(id)))),
    ...fact('Key', code(plan.key)),
  ]
}
