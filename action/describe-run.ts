import { hostname, userInfo } from 'node:os'
import type { Inputs } from './domain/inputs.ts'
import type { RunIdentity } from './job/plan-backup.ts'
import type { RunFacts } from './runner/read-run-facts.ts'

/**
 * Who asked: the account that started the run, and whom a bot names where that is a bot's, since anybody
 * who starts a run by hand can type another name. At a terminal whoever is named, else its user.
 */
export function describeActor(inputs: Inputs, facts: RunFacts): string {
  const starter = facts.triggeringActor ?? facts.actor
  if (starter === undefined) return inputs.requestedBy ?? userInfo().username
  return starter.endsWith('[bot]') ? (inputs.requestedBy ?? starter) : starter
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
