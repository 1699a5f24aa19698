import type { Policy } from '../action/domain/policy.ts'
import { findRun } from './find-run.ts'
import { limits } from './limits.ts'
import type { PlacedCard } from './placed-card.ts'
import type { BotContext, StartedRun } from './ports.ts'

/** What came of the one dispatch of a request. */
export type Start =
  | {
      readonly kind: 'started'
      readonly run: StartedRun
      /** An earlier delivery of the comment started it, and it may have ended since. */
      readonly isEarlier?: true
    }
  /** It was sent, and no run shows yet: one may still come. */
  | { readonly kind: 'unseen'; readonly isAccepted: boolean }
  /** It was not sent, or certainly had no effect. */
  | { readonly kind: 'not-started'; readonly problem: string; readonly hint: string | undefined }

export interface StartOrder {
  readonly policy: Policy
  /** File name of the workflow. */
  readonly workflow: string
  readonly inputs: Readonly<Record<string, string>>
  readonly placed: PlacedCard
  /** When the comment was written that asks for it. */
  readonly askedAt: Date
  /** When this process began to claim the request, by its own clock. */
  readonly claimedAt: Date
  /** Where an earlier delivery may have come here, a run is looked for before one is started. */
  readonly mayBeRepeated: boolean
}

/**
 * Starts the run of a claimed request. The dispatch is sent once, whatever becomes of it, because one that
 * was answered with an error may have started a run all the same; what it came to is then looked up by
 * the request id.
 */
export async function startRun(context: BotContext, order: StartOrder): Promise<Start> {
  const { policy, placed } = order
  if (order.mayBeRepeated) {
    const known = await findRun(context, policy, placed, order.askedAt)
    if (known.kind === 'found') return { ...started(known.value), isEarlier: true }
    if (known.kind !== 'missing') return { ...known, kind: 'not-started' }
  }
  const spentMs = context.clock.now().getTime() - order.claimedAt.getTime()
  if (spentMs > limits.dispatchWithinMs) {
    const problem = `the answers of GitHub took ${Math.round(spentMs / 1000)} seconds, expected at most ${limits.dispatchWithinMs / 1000}`
    return { kind: 'not-started', problem, hint: undefined }
  }
  const sent = await context.repository.dispatch(order.workflow, order.inputs)
  if (sent.kind === 'refused') {
    return { kind: 'not-started', problem: sent.problem, hint: sent.hint }
  }
  if (sent.kind === 'done' && sent.value !== undefined) {
    return { kind: 'started', run: sent.value }
  }
  const found = await lookForRun(context, policy, placed)
  return found.kind === 'found'
    ? started(found.value)
    : { kind: 'unseen', isAccepted: sent.kind === 'done' }
}

async function lookForRun(context: BotContext, policy: Policy, placed: PlacedCard) {
  let found: Awaited<ReturnType<typeof findRun>> = { kind: 'missing' }
  for (const waitMs of limits.runLookupWaitsMs) {
    await context.clock.sleep(waitMs)
    found = await findRun(context, policy, placed)
    if (found.kind === 'found' || found.kind === 'denied') break
  }
  return found
}

function started(run: { readonly id: number; readonly url: string }) {
  return { kind: 'started', run: { runId: run.id, url: run.url } } as const
}
