import { describe, expect, test } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import { type BackupTypeRequest, chooseBackupType } from '../../../action/domain/backup-type.ts'
import { makeBackup } from '../../support/make-backup.ts'

const monthly = (createdAt: string, changes: Partial<Backup> = {}) =>
  makeBackup({ type: 'MONTHLY', createdAt, ...changes })
const weekly = (createdAt: string, changes: Partial<Backup> = {}) =>
  makeBackup({ type: 'WEEKLY', createdAt, ...changes })
const long = makeBackup({ createdAt: '2026-01-05T03:00:00.000Z' })
const november = monthly('2026-11-01T03:00:00.000Z')
const week = weekly('2026-11-22T03:00:00.000Z') // a Sunday
const failed = { status: 'FAILED' } as const

function choose(startedAt: string, backups: Backup[], changes: Partial<BackupTypeRequest> = {}) {
  return chooseBackupType({
    requested: 'auto',
    event: 'schedule',
    cron: '0 3 * * *',
    startedAt: new Date(startedAt),
    backups,
    ...changes,
  })
}

describe('chooseBackupType', () => {
  test('takes what is asked for', () => {
    expect(choose('2026-11-01T03:00:00Z', [], { requested: 'DAILY' })).toEqual({
      type: 'DAILY',
      reason: 'asked for',
    })
  })

  test.each(['workflow_dispatch', 'push', ''])('is MANUAL for the event %j', (event) => {
    expect(choose('2026-11-01T03:00:00Z', [], { event }).type).toBe('MANUAL')
  })

  test.each([
    ['2026-11-01T03:00:00Z', 'MONTHLY'], // a Sunday too
    ['2026-12-01T03:00:00Z', 'MONTHLY'],
    ['2026-11-22T03:00:00Z', 'WEEKLY'],
    ['2026-11-23T03:00:00Z', 'DAILY'],
    ['2028-02-29T03:00:00Z', 'DAILY'],
  ])('of a first backup on %s is %s', (startedAt, type) => {
    expect(choose(startedAt, []).type).toBe(type)
  })

  test.each([
    ['delayed past midnight', '30 23 * * *', '2026-12-01T00:10:00Z', 'DAILY'],
    ['delayed past midnight of the 1st', '30 23 * * *', '2026-12-02T00:10:00Z', 'MONTHLY'],
    ['delayed past midnight of a Sunday', '30 23 * * *', '2026-11-23T00:10:00Z', 'WEEKLY'],
    ['in time', '30 23 * * *', '2026-11-22T23:30:30Z', 'WEEKLY'],
  ])('goes by the nominal time of a run %s', (_, cron, startedAt, type) => {
    expect(choose(startedAt, [], { cron }).type).toBe(type)
  })

  test.each([
    ['cannot be read', '0 3 * * BOGUS', 'could not be read'],
    ['is never due', '0 3 30 2 *', 'is never due'],
  ])('goes by the start where the schedule %s, and says so', (_, cron, note) => {
    const choice = choose('2026-11-22T05:00:00Z', [], { cron })
    expect(choice.type).toBe('WEEKLY')
    expect(choice.reason).toContain(note)
  })

  test('lets a defect through that is not about the schedule', () => {
    const broken = { length: 0, trim: () => undefined } as unknown as string
    expect(() => choose('2026-11-22T05:00:00Z', [], { cron: broken })).toThrow(TypeError)
  })

  test('goes by the start where no schedule is named', () => {
    const { cron: _, ...request } = {
      requested: 'auto' as const,
      event: 'schedule',
      cron: '',
      startedAt: new Date('2026-11-22T05:00:00Z'),
      backups: [],
    }
    expect(chooseBackupType(request)).toEqual({ type: 'WEEKLY', reason: 'due on a Sunday' })
  })

  test('catches up a month without MONTHLY', () => {
    const october = monthly('2026-10-01T03:00:00.000Z')
    expect(choose('2026-11-05T03:00:00Z', [long, october])).toEqual({
      type: 'MONTHLY',
      reason: 'catches up: this month has no COMPLETED MONTHLY yet',
    })
    expect(choose('2026-11-22T03:00:00Z', [long, october]).type).toBe('MONTHLY')
  })

  test.each([
    ['one that failed', { status: 'FAILED' as const }],
    ['one that was deleted', { status: 'DELETED' as const }],
    [
      'one whose check failed',
      { verification: { level: 'bytes', outcome: 'failed', at: '2026-11-02T00:00:00Z' } as const },
    ],
  ])('is not satisfied with %s', (_, changes) => {
    const bad = monthly('2026-11-01T03:00:00.000Z', changes)
    expect(choose('2026-11-02T03:00:00Z', [long, bad]).type).toBe('MONTHLY')
  })

  test('catches up a Sunday that failed, once', () => {
    const missed = weekly('2026-11-22T03:00:00.000Z', failed)
    expect(choose('2026-11-23T03:00:00Z', [long, november, missed])).toEqual({
      type: 'WEEKLY',
      reason: 'catches up: this week has no COMPLETED WEEKLY yet',
    })
    const caughtUp = weekly('2026-11-23T03:00:00.000Z')
    expect(choose('2026-11-24T03:00:00Z', [long, november, missed, caughtUp]).type).toBe('DAILY')
  })

  test.each([
    ['2026-11-23T03:00:00Z', 'DAILY'],
    ['2026-11-28T03:00:00Z', 'DAILY'],
    ['2026-11-29T03:00:00Z', 'WEEKLY'],
  ])('after a WEEKLY of Sunday 22nd, %s is %s', (startedAt, type) => {
    expect(choose(startedAt, [long, november, week]).type).toBe(type)
  })

  test('counts a WEEKLY from the first instant of its Sunday', () => {
    const at = (createdAt: string) =>
      choose('2026-11-24T03:00:00Z', [long, november, weekly(createdAt)]).type
    expect(at('2026-11-22T00:00:00.000Z')).toBe('DAILY')
    expect(at('2026-11-21T23:59:59.999Z')).toBe('WEEKLY')
  })

  test('lets a MONTHLY satisfy its week', () => {
    expect(choose('2026-11-02T03:00:00Z', [long, november]).type).toBe('DAILY')
  })

  test.each([
    ['since Sunday', '2026-11-23T03:00:00.000Z', 'DAILY'],
    ['since before Sunday', '2026-11-21T23:59:59.999Z', 'WEEKLY'],
    ['of which only failed ones are older', '2026-11-21T23:59:59.999Z', 'DAILY', failed],
    ['since before the month', '2026-10-31T23:59:59.999Z', 'MONTHLY'],
    ['since before the month, deleted by now', '2026-10-31T00:00:00.000Z', 'MONTHLY', 'DELETED'],
  ])('promotes backups %s', (_, createdAt, type, older: unknown = {}) => {
    const changes = older === 'DELETED' ? { status: 'DELETED' as const } : (older as typeof failed)
    const first = makeBackup({ createdAt, ...changes })
    expect(choose('2026-11-24T03:00:00Z', [first]).type).toBe(type)
  })
})
