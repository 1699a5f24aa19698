import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Backup, backupStatuses, backupTypes } from '../../../action/domain/backup.ts'
import { isExpired } from '../../../action/domain/is-expired.ts'
import { planRetention, type RetentionRequest } from '../../../action/domain/retention.ts'
import { makeBackup } from '../../support/make-backup.ts'

const now = new Date('2028-03-01T00:00:00.000Z')
const days = { daily: 7, weekly: 28, monthly: 365, failed: 30 }
const dayMs = 86_400_000

/** Ages around every boundary, over a leap day, and some in the future. */
const agesMs = fc.oneof(
  fc.integer({ min: -5 * dayMs, max: 500 * dayMs }),
  fc
    .tuple(fc.constantFrom(0, 1, 7, 28, 30, 90, 365), fc.constantFrom(-1, 0, 1))
    .map(([count, ms]) => count * dayMs + ms),
)

const verifications = fc.constantFrom(
  undefined,
  { level: 'bytes', outcome: 'verified', at: now.toISOString() } as const,
  { level: 'bytes', outcome: 'failed', at: now.toISOString() } as const,
)

const entries = fc
  .record({
    ageMs: agesMs,
    type: fc.constantFrom(...backupTypes),
    status: fc.constantFrom(...backupStatuses, 'COMPLETED' as const, 'COMPLETED' as const),
    database: fc.constantFrom('shop', 'other'),
    fileSize: fc.constantFrom(0, 1000, 1_000_000, 1_100_000),
    verification: verifications,
    isSafety: fc.boolean(),
  })
  .map(({ ageMs, verification, isSafety, ...rest }) => ({
    ...rest,
    createdAt: new Date(now.getTime() - ageMs).toISOString(),
    ...(verification && { verification }),
    ...(isSafety && rest.type === 'MANUAL' && { purpose: 'safety' as const }),
  }))

const manifests = fc
  .array(entries, { maxLength: 30 })
  .map((all) =>
    all.map((entry, place) =>
      makeBackup({ ...entry, id: `20280101T${String(place).padStart(6, '0')}Z-aaaa` }),
    ),
  )

const settings = fc.record({
  keepLast: fc.integer({ min: 1, max: 4 }),
  afterFailedBackup: fc.boolean(),
})

function plan(backups: readonly Backup[], changes: Partial<RetentionRequest> = {}) {
  return planRetention({ backups, now, days, keepLast: 1, ...changes })
}

function idsDeleted(made: ReturnType<typeof plan>): Set<string> {
  return new Set(made.items.filter(({ decision }) => decision === 'delete').map(({ id }) => id))
}

test('planRetention never leaves a database without COMPLETED that had one', () => {
  fc.assert(
    fc.property(manifests, settings, (backups, chosen) => {
      const made = plan(backups, chosen)
      const gone = idsDeleted(made)
      const completed = backups.filter(({ status }) => status === 'COMPLETED')
      for (const database of new Set(completed.map((backup) => backup.database))) {
        const left = completed.filter((one) => one.database === database && !gone.has(one.id))
        expect(left.length).toBeGreaterThan(0)
      }
      expect(made.refusal).toBeUndefined()
    }),
  )
})

test('planRetention deletes only what is COMPLETED or FAILED, expired and not MANUAL', () => {
  fc.assert(
    fc.property(manifests, settings, (backups, chosen) => {
      const gone = idsDeleted(plan(backups, chosen))
      for (const backup of backups.filter(({ id }) => gone.has(id))) {
        expect(['COMPLETED', 'FAILED']).toContain(backup.status)
        expect(backup.type).not.toBe('MANUAL')
        expect(isExpired(backup, now, days)).toBe(true)
        if (chosen.afterFailedBackup) expect(backup.status).toBe('FAILED')
      }
    }),
  )
})

test('planRetention keeps the newest COMPLETED and the newest good ones of each database', () => {
  fc.assert(
    fc.property(manifests, settings, (backups, chosen) => {
      const gone = idsDeleted(plan(backups, chosen))
      const past = backups
        .filter((one) => one.status === 'COMPLETED' && Date.parse(one.createdAt) <= now.getTime())
        .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1))
      for (const database of ['shop', 'other']) {
        const newest = past.filter((one) => one.database === database)
        const good = newest
          .filter((one) => one.verification?.outcome !== 'failed' && one.purpose !== 'safety')
          .slice(0, chosen.keepLast)
        const verified = newest
          .filter((one) => one.verification?.outcome === 'verified' && one.purpose !== 'safety')
          .slice(0, chosen.keepLast)
        const sacred = [...newest.slice(0, 1), ...good, ...verified]
        expect(sacred.filter(({ id }) => gone.has(id))).toEqual([])
      }
    }),
  )
})

test('planRetention does not depend on the order of entries', () => {
  const shuffled = manifests.chain((backups) =>
    fc.tuple(
      fc.constant(backups),
      fc.shuffledSubarray(backups, { minLength: backups.length, maxLength: backups.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, settings, ([backups, others], chosen) => {
      expect(plan(others, chosen)).toEqual(plan(backups, chosen))
    }),
  )
})

test('planRetention finds nothing more to delete in what it left', () => {
  fc.assert(
    fc.property(manifests, settings, (backups, chosen) => {
      const made = plan(backups, chosen)
      const gone = idsDeleted(made)
      const dropped = new Set(made.tombstonesToDrop)
      const left = backups
        .filter(({ id }) => !dropped.has(id))
        .map((backup): Backup => {
          if (!gone.has(backup.id)) return backup
          return { ...backup, status: 'DELETED', deletedAt: now.toISOString() }
        })
      const again = plan(left, chosen)
      expect([...idsDeleted(again)]).toEqual([])
      expect(again.tombstonesToDrop).toEqual([])
    }),
  )
})

test('planRetention gives every entry but tombstones one item with a reason', () => {
  fc.assert(
    fc.property(manifests, settings, (backups, chosen) => {
      const { items } = plan(backups, chosen)
      const live = backups.filter(({ status }) => status !== 'DELETED').map(({ id }) => id)
      expect(items.map(({ id }) => id).sort()).toEqual(live.sort())
      expect(items.filter(({ reason }) => reason === '')).toEqual([])
      const times = items.map(({ createdAt }) => Date.parse(createdAt))
      expect(times).toEqual(times.toSorted((a, b) => b - a))
    }),
  )
})

test('planRetention deletes no more when more is to be kept', () => {
  fc.assert(
    fc.property(manifests, fc.integer({ min: 1, max: 5 }), (backups, keepLast) => {
      const strict = idsDeleted(plan(backups, { keepLast: keepLast + 1 }))
      const loose = idsDeleted(plan(backups, { keepLast }))
      expect([...strict].filter((id) => !loose.has(id))).toEqual([])
    }),
  )
})
