import type { CardNews } from './github/update-card.ts'
import { type CardDoor, createCardUpdate, describeRun } from './open-card.ts'
import { readCardState } from './runner/card-state.ts'
import { systemClock } from './runner/system-clock.ts'

/** Longest wait for GitHub. */
const finishTimeoutMs = 20_000

/**
 * Tells the card what `main` could not: how the command ended, or that nobody knows. What goes wrong only
 * warns.
 */
export async function finishCard(door: CardDoor): Promise<void> {
  const update = createCardUpdate(door)
  const change = update === undefined ? undefined : findChange(door)
  if (update === undefined || change === undefined) return
  const signal = AbortSignal.timeout(finishTimeoutMs)
  const warn = (problem: string) => door.log.warn(`Cannot update the status card: ${problem}`)
  try {
    const ended = await update({ change, docsUrl: door.docsUrl }, signal)
    if (ended.kind === 'failed') warn(`${ended.problem}. ${ended.hint}`)
  } catch (error) {
    if (signal.aborted) warn('GitHub did not answer in time, expected an answer')
    else warn(door.redact(error instanceof Error ? error.message : String(error)))
  }
}

function findChange({ facts }: CardDoor): CardNews['change'] | undefined {
  const state = readCardState()
  const at = systemClock.now()
  switch (state.kind) {
    case 'told':
      return undefined
    case 'untold': {
      const { version: _version, updatedAt: _updatedAt, ...end } = state.card
      return { ...end, at }
    }
    case 'unknown':
      return {
        run: describeRun(facts),
        at,
        state: 'failed',
        message:
          'The run was ended before it could say how: it was cancelled, ran out of time, or lost its machine',
        hint: 'Look at the log of the run; `/backups` shows what is there.',
      }
  }
}
