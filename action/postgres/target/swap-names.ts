import { Failure } from '../../domain/failure.ts'
import type { SwapRequest } from '../../job/ports.ts'
import { queryFailure } from './query-failure.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'
import { readOutcome } from './transaction-outcome.ts'

/**
 * Requires two databases and a free name.
 * @throws Failure `target_unfit`
 */
export async function requireNames(
  server: TargetServer,
  request: SwapRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = [request.target, request.scratch, request.keepAs]
  const existing = await withMaintenance(server, signal, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE datname = ANY ($1)',
      [names],
    )
    return new Set(rows.map((row) => row.datname))
  })
  const fault = findFault(request, existing)
  if (fault === undefined) return
  throw new Failure({
    code: 'target_unfit',
    stage: 'swap',
    message: `Cannot exchange the names of the databases: ${fault}, expected two databases and a free name`,
  })
}

function findFault(request: SwapRequest, existing: ReadonlySet<string>): string | undefined {
  if (!existing.has(request.target)) return 'the target does not exist'
  if (!existing.has(request.scratch)) return 'the restored database does not exist'
  return existing.has(request.keepAs) ? `"${request.keepAs}" exists already` : undefined
}

/**
 * The connection broke while COMMIT was under way: the server knows how it ended.
 * @throws Failure where it was not exchanged, or where the server cannot be asked
 */
export async function resolveUnknown(
  server: TargetServer,
  request: SwapRequest,
  transaction: string,
  cause: unknown,
): Promise<void> {
  const outcome = await readOutcome(server, transaction)
  if (outcome === 'committed') return
  if (outcome === 'aborted') {
    throw queryFailure(cause, 'exchange the names of the databases', 'swap', server.redact)
  }
  throw new Failure({
    code: 'database_unreachable',
    stage: 'swap',
    message:
      'Cannot tell whether the names were exchanged: the connection was lost while committing and the server cannot be reached since, expected an answer',
    hint: `Either way the target is whole: if "${request.keepAs}" exists, it was replaced by the backup; if not, it is as before.`,
    cause,
  })
}
