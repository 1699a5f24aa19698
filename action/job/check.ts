import { formatCount } from '../domain/format-count.ts'
import { type Freshness, type FreshnessLimits, judgeFreshness } from '../domain/judge-freshness.ts'
import type { ReasonCode } from '../domain/reason-code.ts'
import { type CheckResult, resultVersion } from '../domain/result.ts'
import type { Catalog, Clock } from './ports.ts'

export interface CheckRequest {
  readonly limits: FreshnessLimits
  /** Only this database; every one of the prefix where absent. */
  readonly database?: string
}

/**
 * The dead man's switch: fails where the newest good backup of a database, or its newest verified
 * one, is older than it may be. Writes nothing.
 */
export async function check(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  { limits, database }: CheckRequest,
  signal?: AbortSignal,
): Promise<CheckResult> {
  const view = await catalog.read(signal)
  const databases = judgeFreshness(view.backups, {
    now: clock.now(),
    limits,
    ...(database !== undefined && { database }),
  })
  const reasonCode = judge(databases)
  const ok = reasonCode === 'completed'
  return {
    version: resultVersion,
    command: 'check',
    ok,
    reasonCode,
    message: describe(databases, limits),
    ...(!ok && { hint: advise(databases) }),
    databases,
    limits,
    warnings: [
      ...(view.problem === undefined
        ? []
        : [`The manifest could not answer, so the records did: ${view.problem}`]),
      ...databases.flatMap(({ database: name, flaggedId }) =>
        flaggedId === undefined
          ? []
          : [`Backup ${flaggedId} of "${name}" is flagged and not accepted: rotation is frozen`],
      ),
    ],
  }
}

/** A missing backup weighs more than a missing proof. */
function judge(databases: readonly Freshness[]): ReasonCode {
  const codes = databases.flatMap(({ problems }) => problems.map(({ code }) => code))
  if (databases.length === 0 || codes.includes('backup_stale')) return 'backup_stale'
  return codes.includes('verification_stale') ? 'verification_stale' : 'completed'
}

function describe(databases: readonly Freshness[], limits: FreshnessLimits): string {
  const hours = limits.maxAgeMs / 3_600_000
  const days = (limits.maxVerifiedAgeMs ?? 0) / 86_400_000
  const wanted = `expected one of the last ${formatCount(hours, 'hour')}`
  if (databases.length === 0) return `Cannot call the backups fresh: there is none, ${wanted}`
  const lines = databases.flatMap(({ database, problems }) =>
    problems.map(
      ({ code, text }) =>
        `Cannot call the backups of "${database}" fresh: ${text}, ${
          code === 'backup_stale' ? wanted : `expected one of the last ${formatCount(days, 'day')}`
        }`,
    ),
  )
  if (lines.length > 0) return lines.join('; ')
  return databases.length === 1
    ? `The backups of "${databases[0]?.database}" are fresh`
    : `The backups of ${databases.length} databases are fresh`
}

function advise(databases: readonly Freshness[]): string {
  const unfinished = databases.flatMap(({ unfinishedId }) => unfinishedId ?? [])
  const underWay = unfinished.length === 0 ? '' : ` Under way: ${unfinished.join(', ')}.`
  return `Look at the runs of the backup workflow: GitHub drops schedules under load and disables those of idle repositories. Start a backup by hand, then find out why the schedule did not.${underWay}`
}
