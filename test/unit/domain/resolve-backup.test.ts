import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findClosestId } from '../../../action/domain/closest-id.ts'
import { resolveBackup } from '../../../action/domain/resolve-backup.ts'
import { makeBackup } from '../../support/make-backup.ts'

const old = makeBackup({ id: '20261120T030000Z-aaaa', createdAt: '2026-11-20T03:00:00.000Z' })
const newest = makeBackup({ id: '20261121T030000Z-bbbb', createdAt: '2026-11-21T03:00:00.000Z' })
const safety = makeBackup({ type: 'MANUAL', purpose: 'safety' })
const failed = makeBackup({ id: '20261123T030000Z-cccc', status: 'FAILED' })

describe('resolveBackup', () => {
  test('finds a COMPLETED backup by its id, a safety backup too', () => {
    expect(resolveBackup([old, newest, safety], safety.id, { database: 'other' })).toEqual({
      kind: 'found',
      backup: safety,
    })
  })

  test('takes latest for the newest COMPLETED that is no safety backup', () => {
    expect(resolveBackup([old, safety, newest, failed], 'latest')).toEqual({
      kind: 'found',
      backup: newest,
    })
  })

  test('takes a safety backup for latest where there is no other', () => {
    expect(resolveBackup([safety, failed], 'latest')).toEqual({ kind: 'found', backup: safety })
  })

  test('narrows latest by type and database', () => {
    const weekly = { ...old, type: 'WEEKLY' as const }
    expect(resolveBackup([weekly, newest], 'latest', { type: 'WEEKLY' })).toMatchObject({
      backup: weekly,
    })
    expect(resolveBackup([newest], 'latest', { type: 'WEEKLY' })).toMatchObject({
      kind: 'refused',
      code: 'backup_unknown',
      text: expect.stringContaining('no COMPLETED WEEKLY one'),
    })
    expect(resolveBackup([newest], 'latest', { database: 'other' }).kind).toBe('refused')
  })

  test.each(['FAILED', 'DELETED', 'IN_PROGRESS', 'PENDING'] as const)('refuses %s', (status) => {
    expect(resolveBackup([{ ...old, status }], old.id)).toMatchObject({
      kind: 'refused',
      code: 'backup_not_completed',
      text: `Cannot use backup "${old.id}": it is ${status}, expected COMPLETED`,
    })
  })

  test('suggests the closest id for a mistyped one', () => {
    expect(resolveBackup([old, newest, failed], '20261121T030000Z-bbbc')).toMatchObject({
      code: 'backup_unknown',
      text: expect.stringContaining('"20261121T030000Z-bbbc"'),
      hint: expect.stringContaining(`"${newest.id}"`),
    })
  })

  test.each(['', '../x', 'a\nb', '<!-- -->', 'x'.repeat(500), 'unlike'])(
    'refuses %j, and repeats nothing odd',
    (wanted) => {
      const refused = resolveBackup([old], wanted)
      if (refused.kind !== 'refused') throw new Error('was found')
      expect(refused.hint).toBe('Run list to see which backups there are.')
      expect(refused.text).toMatch(/^Cannot use [ -~]{1,200}$/)
    },
  )
})

describe('findClosestId', () => {
  test('of equally close ids takes the last in order', () => {
    expect(findClosestId('aaax', ['aaab', 'aaac', 'zzzz'])).toBe('aaac')
    expect(findClosestId('aaax', ['aaac', 'aaab'])).toBe('aaac')
  })

  test('finds an id with up to four slips in it', () => {
    const slips = fc.array(fc.nat({ max: 20 }), { maxLength: 4 })
    fc.assert(
      fc.property(slips, (places) => {
        const typed = [...old.id].filter((_, place) => !places.includes(place)).join('')
        expect(findClosestId(typed, [old.id])).toBe(old.id)
      }),
    )
    expect(findClosestId('', [''])).toBe('')
  })
})
