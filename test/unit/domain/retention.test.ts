import { describe, expect, test } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import { guardTotalLoss } from '../../../action/domain/guard-total-loss.ts'
import { isExpired } from '../../../action/domain/is-expired.ts'
import { isIdle, planRetention, type RetentionRequest } from '../../../action/domain/retention.ts'
import { makeBackup } from '../../support/make-backup.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const days = { daily: 7, weekly: 28, monthly: 365, failed: 30 }
const dayMs = 86_400_000
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
let serial = 0

/** A backup that is this many milliseconds old. */
function aged(ageMs: number, changes: Partial<Backup> = {}): Backup {
  serial += 1
  const digits = [...serial.toString(32).padStart(4, '0')]
  const suffix = digits.map((digit) => alphabet[Number.parseInt(digit, 32)]).join('')
  return makeBackup({
    id: `20260101T000000Z-${suffix}`,
    createdAt: new Date(now.getTime() - ageMs).toISOString(),
    ...changes,
  })
}

function plan(backups: readonly Backup[], changes: Partial<RetentionRequest> = {}) {
  return planRetention({ backups, now, days, keepLast: 1, ...changes })
}

function deletedBy(made: ReturnType<typeof plan>): string[] {
  return made.items.filter(({ decision }) => decision === 'delete').map(({ id }) => id)
}

function reasonOf(made: ReturnType<typeof plan>, { id }: Backup): string | undefined {
  return made.items.find((item) => item.id === id)?.reason
}

describe('isExpired', () => {
  test.each([
    ['DAILY', 'COMPLETED', 7],
    ['WEEKLY', 'COMPLETED', 28],
    ['MONTHLY', 'COMPLETED', 365],
    ['DAILY', 'FAILED', 30],
    ['MONTHLY', 'FAILED', 30],
  ] as const)('keeps %s %s for exactly %d days', (type, status, kept) => {
    const at = (ageMs: number) => isExpired(aged(ageMs, { type, status }), now, days)
    expect([at(kept * dayMs - 1), at(kept * dayMs), at(kept * dayMs + 1)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test.each(['COMPLETED', 'FAILED'] as const)('never expires MANUAL that is %s', (status) => {
    expect(isExpired(aged(10_000 * dayMs, { type: 'MANUAL', status }), now, days)).toBe(false)
  })

  test('never expires what it does not understand', () => {
    expect(isExpired(aged(0, { createdAt: 'soon' }), now, days)).toBe(false)
    expect(isExpired({ ...aged(999 * dayMs), type: 'YEARLY' as 'DAILY' }, now, days)).toBe(false)
  })

  test('counts 86,400 seconds a day, over a leap day too', () => {
    const leap = makeBackup({ createdAt: '2028-02-25T03:00:00.000Z' })
    expect(isExpired(leap, new Date('2028-03-03T03:00:00.000Z'), days)).toBe(false)
    expect(isExpired(leap, new Date('2028-03-03T03:00:00.001Z'), days)).toBe(true)
    const year = makeBackup({ type: 'MONTHLY', createdAt: '2028-02-01T03:00:00.000Z' })
    expect(isExpired(year, new Date('2029-01-31T03:00:00.000Z'), days)).toBe(false)
    expect(isExpired(year, new Date('2029-01-31T03:00:00.001Z'), days)).toBe(true)
  })
})

describe('planRetention', () => {
  test('deletes what is older than its days, and gives a reason for everything', () => {
    const fresh = aged(0)
    const within = aged(7 * dayMs)
    const weekly = aged(8 * dayMs, { type: 'WEEKLY' })
    const old = aged(7 * dayMs + 1)
    const failed = aged(31 * dayMs, { status: 'FAILED', fileSize: 0 })
    const manual = aged(900 * dayMs, { type: 'MANUAL' })
    const made = plan([old, manual, fresh, failed, weekly, within])
    expect(made.items.map(({ id, decision, reason }) => [id, decision, reason])).toEqual([
      [fresh.id, 'keep', 'the newest COMPLETED backup of its database'],
      [within.id, 'keep', 'within its 7 days as DAILY, until 2026-11-22 12:00:00 UTC'],
      [old.id, 'delete', 'older than its 7 days as DAILY'],
      [weekly.id, 'keep', 'within its 28 days as WEEKLY, until 2026-12-12 12:00:00 UTC'],
      [failed.id, 'delete', 'older than its 30 days as FAILED'],
      [manual.id, 'keep', 'MANUAL never expires'],
    ])
    expect(made).toMatchObject({ warnings: [], staleIds: [], tombstonesToDrop: [] })
    expect(made.refusal).toBeUndefined()
    expect(isIdle(made)).toBe(false)
  })

  test('keeps the newest COMPLETED of each database, whatever its age', () => {
    const shop = [aged(100 * dayMs), aged(101 * dayMs)]
    const other = [
      aged(200 * dayMs, { database: 'other' }),
      aged(201 * dayMs, { database: 'other' }),
    ]
    const failed = aged(1 * dayMs, { status: 'FAILED' })
    expect(deletedBy(plan([...shop, ...other, failed]))).toEqual([shop[1]?.id, other[1]?.id])
  })

  test('keeps as many of the newest as it is told', () => {
    const backups = [100, 101, 102, 103].map((age) => aged(age * dayMs))
    const made = plan(backups, { keepLast: 3 })
    expect(deletedBy(made)).toEqual([backups[3]?.id])
    expect(made.items[1]?.reason).toBe('one of the newest 3 COMPLETED backups of its database')
  })

  test('keeps the newest verified ones besides the newest', () => {
    const verification = { level: 'restore', outcome: 'verified', at: now.toISOString() } as const
    const newest = aged(100 * dayMs)
    const checked = aged(101 * dayMs, { verifiedAt: now.toISOString() })
    const proven = aged(102 * dayMs, { verification })
    const made = plan([newest, checked, proven])
    expect(deletedBy(made)).toEqual([proven.id])
    expect(reasonOf(made, checked)).toBe('the newest verified backup of its database')
    expect(deletedBy(plan([newest, checked, proven], { keepLast: 2 }))).toEqual([])
  })

  test('does not count one whose check failed, and removes it with a warning', () => {
    const verification = { level: 'bytes', outcome: 'failed', at: now.toISOString() } as const
    const good = aged(100 * dayMs)
    const newestBad = aged(99 * dayMs, { verification })
    const bad = aged(101 * dayMs, { verification })
    const made = plan([good, newestBad, bad])
    expect(deletedBy(made)).toEqual([bad.id])
    expect(reasonOf(made, newestBad)).toBe('the newest of its database, though its check failed')
    expect(reasonOf(made, good)).toBe('the newest COMPLETED backup of its database')
    expect(reasonOf(made, bad)).toBe('older than its 7 days as DAILY, and its check failed')
    expect(made.warnings).toEqual([`Backup ${bad.id} is removed by age; its last check had failed`])
  })

  test('keeps those whose check failed while their database has no good one', () => {
    const verification = { level: 'bytes', outcome: 'failed', at: now.toISOString() } as const
    const bad = [99, 100].map((age) => aged(age * dayMs, { verification }))
    const made = plan([...bad, aged(1, { database: 'other' })])
    expect(deletedBy(made)).toEqual([])
    expect(made.warnings).toEqual([
      `Backup ${bad[1]?.id} is kept: its check failed, and its database has no good backup`,
    ])
  })

  test('keeps safety backups, and gives them no place among the newest', () => {
    const safety = aged(1 * dayMs, { type: 'MANUAL', purpose: 'safety' })
    const old = aged(100 * dayMs)
    const made = plan([safety, old])
    expect(deletedBy(made)).toEqual([])
    expect(reasonOf(made, safety)).toBe('a safety backup never expires')
    expect(reasonOf(made, old)).toBe('the newest COMPLETED backup of its database')
  })

  test.each([
    ['type', { type: 'YEARLY' as 'DAILY' }],
    ['status', { status: 'LOST' as 'FAILED' }],
    ['date', { createdAt: 'soon' }],
  ])('keeps an unknown %s with a warning', (what, changes) => {
    const odd = aged(999 * dayMs, changes)
    const made = plan([aged(0), odd])
    expect(deletedBy(made)).toEqual([])
    expect(made.warnings).toEqual([`Backup ${odd.id} is kept: its ${what} is unknown`])
  })

  test.each([
    ['createdAt', { createdAt: new Date(now.getTime() + 1).toISOString() }],
    ['completedAt', { completedAt: new Date(now.getTime() + 1).toISOString() }],
  ])('keeps a %s in the future and does not count it as the newest', (_, changes) => {
    const future = aged(50 * dayMs, changes)
    const old = aged(100 * dayMs)
    const made = plan([future, old])
    expect(deletedBy(made)).toEqual([])
    expect(reasonOf(made, old)).toBe('the newest COMPLETED backup of its database')
    expect(made.warnings).toEqual([`Backup ${future.id} is kept: it is dated in the future`])
  })

  test('keeps entries that share an id', () => {
    const old = aged(100 * dayMs)
    const made = plan([aged(0), old, { ...old, type: 'WEEKLY' }])
    expect(deletedBy(made)).toEqual([])
    expect(made.warnings).toHaveLength(2)
  })

  test('leaves the unfinished alone, and calls the old ones stale', () => {
    const running = aged(dayMs, { status: 'IN_PROGRESS' })
    const pending = aged(dayMs + 1, { status: 'PENDING', type: 'MANUAL' })
    const limited = aged(60, { status: 'IN_PROGRESS', staleAfter: '2026-11-22T11:59:59.999Z' })
    const made = plan([running, pending, limited])
    expect(deletedBy(made)).toEqual([])
    expect(made.staleIds).toEqual([limited.id, pending.id])
    expect(reasonOf(made, running)).toBe(
      'unfinished, counts as running until 2026-11-22 12:00:00 UTC',
    )
    expect(reasonOf(made, limited)).toContain('it becomes FAILED')
    expect(isIdle(made)).toBe(false)
  })

  test('drops tombstones 90 days after the deletion, and shows none', () => {
    const at = (ageMs: number) => new Date(now.getTime() - ageMs).toISOString()
    const kept = aged(200 * dayMs, { status: 'DELETED', deletedAt: at(90 * dayMs) })
    const dropped = aged(200 * dayMs, { status: 'DELETED', deletedAt: at(90 * dayMs + 1) })
    const undated = aged(91 * dayMs, { status: 'DELETED' })
    const made = plan([kept, dropped, undated])
    expect(made.tombstonesToDrop).toEqual([dropped.id, undated.id].sort())
    expect(made.items).toEqual([])
    expect(isIdle(made)).toBe(false)
    expect(isIdle(plan([kept]))).toBe(true)
  })

  test('deletes nothing but FAILED entries after a failed backup', () => {
    const failed = aged(31 * dayMs, { status: 'FAILED' })
    const old = aged(8 * dayMs)
    const made = plan([aged(7 * dayMs), old, failed], { afterFailedBackup: true })
    expect(deletedBy(made)).toEqual([failed.id])
    expect(reasonOf(made, old)).toContain('after a failed backup only FAILED entries are removed')
  })

  describe('where the newest dump has shrunk', () => {
    const mebibyte = 1024 * 1024
    const usual = [2, 3, 4, 5, 8].map((age) => aged(age * dayMs, { fileSize: 100 * mebibyte }))
    const shrunk = (fileSize: number, changes: Partial<Backup> = {}) =>
      aged(0, { fileSize, ...changes })

    test('keeps everything COMPLETED of that database, and says why', () => {
      const newest = shrunk(20 * mebibyte - 1)
      const failed = aged(31 * dayMs, { status: 'FAILED' })
      const other = [0, 9].map((age) => aged(age * dayMs, { database: 'other' }))
      const made = plan([newest, ...usual, failed, ...other])
      expect(deletedBy(made)).toEqual([other[1]?.id, failed.id])
      expect(made.warnings).toEqual([
        `No COMPLETED backup is deleted: the newest backup (${newest.id}) has 20 MiB ` +
          'where the 5 before it have 100 MiB at the median',
      ])
      expect(made.items.find(({ id }) => id === usual[4]?.id)?.reason).toContain(newest.id)
    })

    test.each([
      ['a fifth is left', [shrunk(20 * mebibyte), ...usual], 1],
      ['only four came before', [shrunk(1), ...usual.slice(1)], 1],
      ['it is of another format', [shrunk(1, { format: 'custom' }), ...usual], 1],
      ['it is a safety backup', [shrunk(1, { type: 'MANUAL', purpose: 'safety' }), ...usual], 1],
      ['dumps are tiny', [shrunk(1), ...usual.map((old) => ({ ...old, fileSize: 65_535 }))], 1],
      ['nothing is COMPLETED', [aged(31 * dayMs, { status: 'FAILED' })], 1],
    ] as const)('goes on where %s', (_, backups, count) => {
      expect(deletedBy(plan(backups))).toHaveLength(count)
    })
  })

  describe('where a backup is flagged', () => {
    const anomaly = { reasons: ['has 1 row where the 9 before it have 900 rows at the median'] }
    const accepted = { at: now.toISOString(), by: 'ada' }
    const old = aged(8 * dayMs)

    test('keeps everything COMPLETED of its database until a person accepts it', () => {
      const flagged = aged(dayMs, { anomaly })
      const frozen = plan([aged(0), flagged, old])
      expect(deletedBy(frozen)).toEqual([])
      expect(reasonOf(frozen, old)).toBe(
        `older than its 7 days as DAILY, but backup ${flagged.id} is flagged and not accepted: it has 1 row where the 9 before it have 900 rows at the median`,
      )
      expect(deletedBy(plan([aged(0), { ...flagged, accepted }, old]))).toEqual([old.id])
    })

    test.each([
      ['is DELETED', { status: 'DELETED' }],
      [
        'failed its check',
        { verification: { level: 'bytes', outcome: 'failed', at: old.createdAt } },
      ],
      ['is of another database', { database: 'other' }],
    ] as const)('goes on where it %s', (_, changes) => {
      expect(deletedBy(plan([aged(0), aged(dayMs, { anomaly, ...changes }), old]))).toEqual([
        old.id,
      ])
    })
  })

  test('never removes a pinned backup, and names who pinned it', () => {
    const pinned = aged(400 * dayMs, { pinned: { at: '2026-01-02T03:04:05.000Z', by: 'ada' } })
    const made = plan([aged(0), pinned])
    expect(deletedBy(made)).toEqual([])
    expect(reasonOf(made, pinned)).toBe('pinned by ada on 2026-01-02 03:04:05 UTC')
  })

  test.each([
    ['keep-last', { keepLast: 0 }],
    ['keep-last', { keepLast: 1.5 }],
    ['keep-last', { keepLast: Number.NaN }],
    ['retention-daily-days', { days: { ...days, daily: -1 } }],
    ['retention-weekly-days', { days: { ...days, weekly: 0.5 } }],
    ['retention-monthly-days', { days: { ...days, monthly: Number.NaN } }],
    ['retention-failed-days', { days: { ...days, failed: Number.POSITIVE_INFINITY } }],
  ])('refuses a %s that is no whole number in range', (input, changes) => {
    expect(() => plan([], changes)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringContaining(`Cannot rotate: "${input}" is `),
      }),
    )
  })

  test('names a single day in the singular', () => {
    const made = plan([aged(0), aged(2 * dayMs)], { days: { ...days, daily: 1 } })
    expect(made.items[1]?.reason).toBe('older than its 1 day as DAILY')
  })
})

describe('guardTotalLoss', () => {
  const first = aged(1)
  const second = aged(2)
  const other = aged(3, { database: 'other' })
  const failed = aged(4, { status: 'FAILED' })
  const all = [first, second, other, failed]
  const itemsOf = (doomed: readonly Backup[]) =>
    plan(all).items.map((item) =>
      doomed.some(({ id }) => id === item.id)
        ? { ...item, decision: 'delete' as const, reason: 'old' }
        : item,
    )

  test('lets a plan pass that leaves each database one COMPLETED', () => {
    const items = itemsOf([first, failed])
    expect(guardTotalLoss(all, items)).toEqual({ items })
    expect(guardTotalLoss([failed], items)).toEqual({ items })
  })

  test('refuses one that leaves a database none, and spares everything in it', () => {
    const guarded = guardTotalLoss(all, itemsOf([other, failed]))
    expect(guarded.refusal).toMatch(/^Cannot rotate: .* of a database, expected at least one/)
    expect(guarded.items.filter(({ decision }) => decision === 'delete')).toEqual([])
    expect(guarded.items.find(({ id }) => id === other.id)?.reason).toBe(
      'old, but the plan was refused',
    )
    expect(guardTotalLoss(all, itemsOf([first, second, other])).refusal).toContain('2 databases')
  })
})
