import { hostname, userInfo } from 'node:os'
import type { Inputs } from './domain/inputs.ts'
import type { RunIdentity } from './job/plan-backup.ts'
import type { RunFacts } from './runner/read-run-facts.ts'

/** Who asked: what the bot passed on, else the account that started the run, else the terminal's user. */
export function describeActor(inputs: Inputs, facts: RunFacts): string {
  return inputs.requestedBy ?? facts.triggeringActor ?? facts.actor ?? userInfo().username
}

/** Who holds a lease, for whoever finds it taken. */
export function describeHolder(facts: RunFacts): string {
  return facts.runUrl ?? `process ${process.pid} on ${hostname()}`
}

/** The run and the step in it, by which a re-run knows its own backup. Nothing off GitHub. */
export function identifyRun(facts: RunFacts): RunIdentity | undefined {
  if (facts.runId === undefined) return undefined
  return {
    id: facts.runId,
    attempt: facts.runAttempt ?? 1,
    step: `${facts.job ?? ''}/${facts.step ?? ''}`,
    ...(facts.runUrl !== undefined && { url: facts.runUrl }),
  }
}

/** What every audited request carries. */
export function describeRequester(
  inputs: Inputs,
  facts: RunFacts,
): { readonly actor: string; readonly runUrl?: string } {
  const actor = describeActor(inputs, facts)
  return { actor, ...(facts.runUrl !== undefined && { runUrl: facts.runUrl }) }
}
