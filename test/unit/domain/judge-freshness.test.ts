import { describe, expect, it } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import { judgeFreshness } from '../../../action/domain/judge-freshness.ts'
import { makeBackup } from '../../support/make-backup.ts'

const now = new Date('2026-11-22T09:00:00.000Z')
const hourMs = 3_600_000
const limits = { maxAgeMs: 26 * hourMs }
const withProof = { ...limits, maxVerifiedAgeMs: 8 * 24 * hourMs }

/** A backup of so many hours ago. */
function hoursAgo(hours: number, changes: Partial<Backup> = {}): Backup {
  const at = new Date(now.getTime() - hours * hourMs).toISOString()
  const id = `${at.slice(0, 19).replace(/[-:]/g, '')}Z-k7q2`
  return makeBackup({ id, createdAt: at, ...changes })
}

const verified = {
  verification: { level: 'bytes', outcome: 'verified', at: now.toISOString() },
} as const
const failedCheck = {
  verification: { level: 'bytes', outcome: 'failed', at: now.toISOString() },
} as const

const codesOf = (backups: readonly Backup[], asked = limits) =>
  judgeFreshness(backups, { now, limits: asked }).flatMap(({ problems }) =>
    problems.map(({ code }) => code),
  )

describe('judgeFreshness', () => {
  it('is content with a backup as old as it may be, and not a millisecond older', () => {
    expect(codesOf([hoursAgo(26)])).toEqual([])
    const older = new Date(now.getTime() - limits.maxAgeMs - 1).toISOString()
    expect(codesOf([makeBackup({ createdAt: older })])).toEqual(['backup_stale'])
  })

  const rows: readonly [string, Backup][] = [
    ['a FAILED one', hoursAgo(1, { status: 'FAILED' })],
    ['one under way', hoursAgo(1, { status: 'IN_PROGRESS' })],
    ['one whose check failed', hoursAgo(1, failedCheck)],
    ['a safety backup', hoursAgo(1, { purpose: 'safety' })],
    ['one dated in the future', hoursAgo(-1)],
    ['a DELETED one', hoursAgo(1, { status: 'DELETED' })],
  ]
  it.each(rows)('does not count %s', (_, backup) => {
    expect(codesOf([backup, hoursAgo(27)])).toEqual(['backup_stale'])
  })

  it('takes the clocks of two runners for the same within ten minutes', () => {
    const [found] = judgeFreshness([hoursAgo(-1 / 6)], { now, limits })
    expect(found).toMatchObject({ newest: { ageMs: 0 }, problems: [] })
  })

  it('asks for a verified one only where it is told to', () => {
    const backups = [hoursAgo(1), hoursAgo(9 * 24, verified)]
    expect(codesOf(backups)).toEqual([])
    expect(codesOf(backups, withProof)).toEqual(['verification_stale'])
    expect(codesOf([hoursAgo(1), hoursAgo(8 * 24, verified)], withProof)).toEqual([])
    expect(codesOf([hoursAgo(1)], withProof)).toEqual(['verification_stale'])
  })

  it('judges each database by itself, or only the one that is asked for', () => {
    const backups = [hoursAgo(1), hoursAgo(30, { database: 'crm' })]
    expect(judgeFreshness(backups, { now, limits })).toMatchObject([
      { database: 'crm', problems: [{ code: 'backup_stale' }] },
      { database: 'shop', problems: [] },
    ])
    expect(judgeFreshness(backups, { now, limits, database: 'shop' })).toHaveLength(1)
    expect(judgeFreshness(backups, { now, limits, database: 'none' })).toMatchObject([
      { database: 'none', problems: [{ text: 'there is no COMPLETED backup' }] },
    ])
  })

  it('says what is flagged and what is under way', () => {
    const flagged = hoursAgo(2, { anomaly: { reasons: ['has 1 row'] } })
    const running = hoursAgo(1, { status: 'IN_PROGRESS' })
    expect(judgeFreshness([flagged, running], { now, limits })).toMatchObject([
      { flaggedId: flagged.id, unfinishedId: running.id },
    ])
  })
})
