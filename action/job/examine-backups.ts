import { formatAge } from '../domain/format-age.ts'
import { formatCount } from '../domain/format-count.ts'
import type { DoctorCheck } from '../domain/result.ts'
import { planRetention, type RetentionSettings } from '../domain/retention.ts'
import { computeStatistics } from '../domain/statistics.ts'
import type { Catalog, CatalogView, Clock } from './ports.ts'

/** A nightly backup that is a day late, with room for a slow night. */
const lastSuccessAgeMaxMs = 26 * 3_600_000

interface ExamineDependencies {
  readonly catalog: Catalog
  readonly clock: Clock
  /** Whether there can be a manifest in this bucket. */
  readonly keepsManifest: (signal?: AbortSignal) => Promise<boolean>
}

/** Whether index and records agree, the last success is recent, and rotation would do something sane. */
export async function examineBackups(
  { catalog, clock, keepsManifest }: ExamineDependencies,
  retention: RetentionSettings,
  signal?: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const view = await catalog.read(signal)
  const now = clock.now()
  return [
    await checkManifest({ catalog, keepsManifest }, view, signal),
    checkLastSuccess(view, now),
    checkRetention(view, retention, now),
  ]
}

async function checkManifest(
  { catalog, keepsManifest }: Omit<ExamineDependencies, 'clock'>,
  view: CatalogView,
  signal?: AbortSignal,
): Promise<DoctorCheck> {
  const name = 'manifest'
  if (!(await keepsManifest(signal))) {
    const text = `none: this bucket keeps no conditional writes, ${view.backups.length} records serve`
    return { name, state: 'ok', text }
  }
  const advice = 'Run repair: it rebuilds the manifest from the records and says what differs.'
  if (view.source === 'records') {
    const isFirst = view.backups.length === 0
    const text = isFirst ? 'no backup was made yet' : `not readable: ${view.problem ?? 'unknown'}`
    return isFirst ? { name, state: 'ok', text } : { name, state: 'failed', text, advice }
  }
  const records = new Set<string>()
  for await (const id of catalog.listRecordIds(signal)) records.add(id)
  const completed = view.backups.filter(({ status }) => status === 'COMPLETED')
  const lost = completed.filter(({ id }) => !records.has(id)).length
  const known = new Set(completed.map(({ id }) => id))
  const unlisted = [...records].filter((id) => !known.has(id))
  if (lost === 0 && unlisted.length === 0) {
    const text = `${formatCount(completed.length, 'COMPLETED backup')}, each with its record`
    return { name, state: 'ok', text }
  }
  const text = `${lost} COMPLETED without a record, ${formatCount(unlisted.length, 'record')} without a COMPLETED entry${nameSome(unlisted)}`
  return {
    name,
    state: 'failed',
    text,
    advice: unlisted.length > 0 ? `${advice} ${goneAdvice}` : advice,
  }
}

/** Repair only reports it, since bytes may come back: a person says that they will not. */
const goneAdvice = 'Delete a backup whose bytes are gone for good: npm run backup:delete -- <id>.'
/** So many ids are named. */
const namedMax = 3

function nameSome(ids: readonly string[]): string {
  if (ids.length === 0) return ''
  return ` (${ids.slice(0, namedMax).join(', ')}${ids.length > namedMax ? ', …' : ''})`
}

function checkLastSuccess({ backups }: CatalogView, now: Date): DoctorCheck {
  const name = 'last success'
  const { lastCompletedAgeMs, lastCompletedId } = computeStatistics(backups, now)
  if (lastCompletedAgeMs === undefined) {
    const advice = 'Run backup once and look at its result.'
    return { name, state: 'unknown', text: 'there is no COMPLETED backup yet', advice }
  }
  const text = `${lastCompletedId}, ${formatAge(lastCompletedAgeMs)}`
  if (lastCompletedAgeMs <= lastSuccessAgeMaxMs) return { name, state: 'ok', text }
  const advice =
    'Look at the runs of the backup workflow: GitHub disables schedules of idle repositories.'
  return { name, state: 'failed', text, advice }
}

function checkRetention(
  { backups }: CatalogView,
  retention: RetentionSettings,
  now: Date,
): DoctorCheck {
  const name = 'retention'
  const { items, refusal, warnings } = planRetention({ ...retention, backups, now })
  if (refusal !== undefined) return { name, state: 'failed', text: refusal }
  const doomed = items.filter(({ decision }) => decision === 'delete').length
  const text = `${formatCount(doomed, 'backup')} of ${items.length} would be removed now`
  return {
    name,
    state: 'ok',
    text,
    ...(warnings.length > 0 && { advice: warnings.join('. ') }),
  }
}
