import { requestIdPattern } from '../action/domain/request.ts'
import type { PlacedCard } from './placed-card.ts'
import type { Run } from './ports.ts'

/** The request ids among the words of a run's title. */
export function readRequestIds(title: string): readonly string[] {
  return title.split(/\s+/).filter((word) => requestIdPattern.test(word))
}

/**
 * Whether a run carries out a request: dispatched, by this very bot, with the id as a word of its title.
 * People can dispatch runs with any title, but not in the bot's name.
 */
export function isRunOf(
  run: Run,
  placed: { readonly authorId: number; readonly request: Pick<PlacedCard['request'], 'id'> },
): boolean {
  const isBots = run.event === 'workflow_dispatch' && run.actorId === placed.authorId
  return isBots && readRequestIds(run.title).includes(placed.request.id)
}
