import { advanceCard, type CardChange } from './domain/advance-card.ts'
import { cardOfResult } from './domain/card-of-result.ts'
import { mapReport } from './domain/map-report.ts'
import { renderReport } from './domain/render-summary.ts'
import { reportForCard } from './domain/report-for-card.ts'
import type { FailureResult, Result } from './domain/result.ts'
import { startCard } from './domain/start-card.ts'
import type { CardNews, CardUpdate } from './github/update-card.ts'
import type { Log, Progress } from './job/ports.ts'
import type { CardState } from './runner/card-state.ts'
import { describeProgress } from './runner/describe-progress.ts'
import { createPace } from './runner/pace-progress.ts'

/** Progress is written at most so often: each writing is an edit that GitHub counts. */
export const cardProgressIntervalMs = 15_000
/** Longest wait for one update, its repetitions included. */
const updateTimeoutMs = 15_000
/** After a cancellation the process has 6.5 s for everything; `post` has another try. */
const cancelledTimeoutMs = 2_500

/** What the gate has found out, where there is one. */
export interface CardApproval {
  readonly approvers: readonly { readonly id: number; readonly login: string }[]
  readonly isUnprotected: boolean
}

/** The status card as a command sees it. Decoration: nothing of it ever fails a command. */
export interface RunCard {
  /** Says that the work has begun. Does not wait for GitHub. */
  begin(approval?: CardApproval): void
  /** Says how far it has come, now and then. Does not wait for GitHub. */
  progress(sample: Progress): void
  /**
   * Says how it ended, after everything that was said before, and waits for that.
   *
   * @param lastLines of the log, for a failure
   */
  end(result: Result | FailureResult, lastLines?: readonly string[]): Promise<void>
}

export interface RunCardOptions {
  /** Tells the card; rejects where the signal fires. */
  readonly update: (news: CardNews, signal: AbortSignal) => Promise<CardUpdate>
  readonly now: () => Date
  /** A clock that only moves forward, in milliseconds. */
  readonly nowMs: () => number
  /** A signal that fires after so many milliseconds. */
  readonly timeout: (ms: number) => AbortSignal
  /** Hides secrets and places, applied to every text. */
  readonly hide: (text: string) => string
  readonly log: Pick<Log, 'warn'>
  readonly docsUrl?: string | undefined
  readonly saveState: (state: CardState) => void
  /** Whether the run only freezes a plan: it then never counts as running. */
  readonly isPlan: boolean
  readonly run: CardChange['run']
  /** The run's own cancellation, which ends updates under way. */
  readonly signal: AbortSignal
}

/** A card that is told one thing after another. */
export function createRunCard(options: RunCardOptions): RunCard {
  const { hide, isPlan, now, signal } = options
  const tell = createTeller(options)
  const pace = createPace(cardProgressIntervalMs, options.nowMs)
  let facts: Pick<CardChange, 'run' | 'approvers' | 'isUnprotected'> = { run: options.run }
  let isRunning = false
  return {
    begin(approval) {
      if (approval !== undefined) {
        const approvers = approval.approvers.map(({ id, login }) => ({ id, login }))
        facts = { ...facts, approvers, isUnprotected: approval.isUnprotected }
      }
      if (isPlan) return
      isRunning = true
      tell.soon({ ...facts, state: 'running', at: now() }, signal)
    },
    progress(sample) {
      if (!isRunning || tell.isBusy()) return
      const elapsedMs = pace.admit(sample)
      if (elapsedMs === undefined) return
      const progress = hide(describeProgress(sample, elapsedMs))
      tell.soon({ state: 'running', progress, at: now() }, signal)
    },
    async end(result, lastLines) {
      if (result.reasonCode === 'already_carried_out') {
        // The card is that of the run which took the request, and tells how that one goes.
        options.saveState({ kind: 'told' })
        return
      }
      const end = { ...facts, ...hideTexts(cardOfResult(result), hide), at: now() }
      const report = mapReport(reportForCard(result, end.at, lastLines), hide)
      const details = hide(renderReport(report, options.docsUrl))
      // Saved before it is tried: the process may be killed meanwhile.
      options.saveState({ kind: 'untold', card: advanceCard(startCard(end.at), end) })
      const timeoutMs = end.state === 'cancelled' ? cancelledTimeoutMs : updateTimeoutMs
      if (await tell.last(end, details, timeoutMs)) options.saveState({ kind: 'told' })
    },
  }
}

function hideTexts<T extends Omit<CardChange, 'at'>>(change: T, hide: (text: string) => string): T {
  const { message, hint } = change
  return {
    ...change,
    ...(message !== undefined && { message: hide(message) }),
    ...(hint !== undefined && { hint: hide(hint) }),
  }
}

/** One update after another, and one warning for whatever goes wrong. */
function createTeller({ update, log, hide, timeout, docsUrl }: RunCardOptions) {
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let hasWarned = false

  async function send(news: CardNews, signal: AbortSignal): Promise<boolean> {
    const ended = await attempt(news, signal)
    if (ended.kind !== 'failed') return true
    if (!hasWarned) log.warn(`Cannot update the status card: ${ended.problem}. ${ended.hint}`)
    hasWarned = true
    return false
  }

  async function attempt(news: CardNews, signal: AbortSignal): Promise<CardUpdate> {
    try {
      return await update({ ...news, docsUrl }, signal)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const problem = signal.aborted
        ? 'GitHub did not answer in time, expected an answer'
        : `${hide(message)}, expected no such error`
      const hint = 'The command does not depend on it; `/status` brings the card up to date.'
      return { kind: 'failed', problem, hint }
    }
  }

  function enqueue(news: CardNews, makeSignal: () => AbortSignal): Promise<boolean> {
    waiting += 1
    const sent = queue.then(() => send(news, makeSignal()))
    queue = sent.then(() => {
      waiting -= 1
    })
    return sent
  }

  return {
    isBusy: () => waiting > 0,
    soon(change: CardChange, signal: AbortSignal): void {
      void enqueue({ change }, () => AbortSignal.any([signal, timeout(updateTimeoutMs)]))
    },
    last: (change: CardChange, details: string, timeoutMs: number): Promise<boolean> =>
      enqueue({ change, details }, () => timeout(timeoutMs)),
  }
}
