import type { CardChange } from './advance-card.ts'
import { type Card, cardLimits } from './card.ts'
import { parseFrozenPlan } from './frozen-plan.ts'
import type { FailureResult, PlanResult, Result } from './result.ts'

/** What a result means for the card of its request. */
export function cardOfResult(result: Result | FailureResult): Omit<CardChange, 'at'> {
  const { ok, message, hint, reasonCode } = result
  if (ok && result.command === 'plan') return { state: 'planned', plan: describePlan(result) }
  const state = ok ? 'succeeded' : reasonCode === 'cancelled' ? 'cancelled' : 'failed'
  return { state, message, reasonCode, ...(hint !== undefined && { hint }) }
}

function describePlan({ plan: text, backup }: PlanResult): NonNullable<Card['plan']> {
  const plan = parseFrozenPlan(text)
  return {
    command: plan.command,
    backupId: plan.backupId,
    database: cut(plan.database),
    sizeBytes: plan.size,
    takenAt: backup.startedAt,
    ...(plan.checksum !== undefined && { checksum: plan.checksum }),
    ...(plan.command === 'restore' && { target: cut(plan.target), mode: plan.mode }),
  }
}

/** A server cuts names of databases at 63 bytes; a plan may hold longer ones. */
function cut(name: string): string {
  return name.slice(0, cardLimits.nameCharactersMax)
}
