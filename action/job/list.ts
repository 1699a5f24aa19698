import { type ListQuery, listBackups } from '../domain/list-backups.ts'
import { type ListResult, resultVersion } from '../domain/result.ts'
import { computeStatistics } from '../domain/statistics.ts'
import type { Catalog, Clock } from './ports.ts'

/** One page of the backups, newest first, with the figures of all of them. Writes nothing. */
export async function list(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  query: ListQuery,
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
    statistics: computeStatistics(view.backups, clock.now()),
    source: view.source,
    ...(view.problem !== undefined && { problem: view.problem }),
    warnings:
      view.problem === undefined
        ? []
        : [`The manifest could not answer, so the records did: ${view.problem}`],
  }
}
