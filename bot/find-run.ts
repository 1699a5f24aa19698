import type { Policy } from '../action/domain/policy.ts'
import { describeCommand } from './commands/registry.ts'
import { limits } from './limits.ts'
import type { PlacedCard } from './placed-card.ts'
import type { BotContext, Reading, Run } from './ports.ts'
import { isRunOf } from './run-of-request.ts'

/**
 * The run that carries out a request, wherever it shows; `missing` where GitHub has none. The run that a
 * card names is believed only where its title agrees, because cards can be edited.
 *
 * @param askedAt when the request was made, where its card may not be the first one: a card can be removed, and the
 *   run that it spoke of is then older than the next one
 */
export async function findRun(
  { repository }: Pick<BotContext, 'repository'>,
  policy: Policy,
  placed: PlacedCard,
  askedAt: Date = placed.createdAt,
): Promise<Reading<Run>> {
  if (placed.card.run !== undefined) {
    const named = await repository.readRun(placed.card.run.id)
    if (named.kind === 'denied' || named.kind === 'failed') return named
    if (named.kind === 'found' && isRunOf(named.value, placed)) return named
  }
  const { workflow } = describeCommand(placed.request.command)
  if (workflow === undefined) return { kind: 'missing' }
  const firstMs = Math.min(askedAt.getTime(), placed.createdAt.getTime())
  const since = new Date(firstMs - limits.clockSkewMaxMs)
  const runs = await repository.listRuns(policy.workflows[workflow], since)
  if (runs.kind !== 'found') return runs
  const own = runs.value.filter((run) => isRunOf(run, placed))
  const first = own.reduce<Run | undefined>(
    (known, run) => (known === undefined || run.id < known.id ? run : known),
    undefined,
  )
  return first === undefined ? { kind: 'missing' } : { kind: 'found', value: first }
}
