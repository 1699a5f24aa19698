import type { RetentionDays } from '../domain/is-expired.ts'
import { type ListQuery, listBackups } from '../domain/list-backups.ts'
import { listExpiries } from '../domain/list-expiries.ts'
import { type ListResult, resultVersion } from '../domain/result.ts'
import { computeStatistics } from '../domain/statistics.ts'
import type { Catalog, Clock } from './ports.ts'

/** What is wanted, and how long backups are kept, where that is known. */
export interface ListRequest extends ListQuery {
  readonly days?: RetentionDays
}

/** One page of the backups, newest first, with the figures of all of them. Writes nothing. */
export async function list(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  { days, ...query }: ListRequest,
  signal?: AbortSignal,
): Promise<ListResult> {
  const view = await catalog.read(signal)
  const found = listBackups(view.backups, query)
  return {
    version: resultVersion,
    command: 'list',
    ok: true,
    reasonCode: 'completed',
    message: `${found.matching} of ${view.backups.length} entries match`,
    ...found,
    ...(days !== undefined && { keptUntil: listExpiries(found.backups, days) }),
    statistics: computeStatistics(view.backups, clock.now()),
    source: view.source,
    ...(view.problem !== undefined && { problem: view.problem }),
    warnings:
      view.problem === undefined
        ? []
        : [`The manifest could not answer, so the records did: ${view.problem}`],
  }
}
