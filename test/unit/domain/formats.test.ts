import { expect, test } from 'vitest'
import { formatAge } from '../../../action/domain/format-age.ts'
import { formatCount, formatItems } from '../../../action/domain/format-count.ts'
import { formatDuration } from '../../../action/domain/format-duration.ts'
import { formatInstant } from '../../../action/domain/format-instant.ts'
import { formatRate } from '../../../action/domain/format-rate.ts'
import { formatSize } from '../../../action/domain/format-size.ts'

const gibibyte = 1024 ** 3

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [99.94 * 1024, '99.9 KiB'],
  [99.95 * 1024, '100 KiB'],
  [1023.4 * 1024, '1023 KiB'],
  [1023.9 * 1024, '1 MiB'],
  [1.4 * gibibyte, '1.4 GiB'],
  [333 * 1024 * 1024, '333 MiB'],
  [4.995 * 1024 * gibibyte, '5 TiB'],
  [2 * 1024 ** 5, '2 PiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
  [-1, 'unknown size'],
  [Number.NaN, 'unknown size'],
  [Number.POSITIVE_INFINITY, 'unknown size'],
])('formatSize of %d is %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1500, '1.5 s'],
  [9949, '9.9 s'],
  [9960, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 m 0 s'],
  [72_000, '1 m 12 s'],
  [3_599_600, '1 h 0 m'],
  [2 * 3_600_000 + 5 * 60_000, '2 h 5 m'],
  [86_399_999, '1 d 0 h'],
  [76 * 3_600_000, '3 d 4 h'],
  [-1, 'unknown time'],
  [Number.NaN, 'unknown time'],
])('formatDuration of %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [60_000, '1 minute ago'],
  [3_599_999, '59 minutes ago'],
  [2 * 3_600_000, '2 hours ago'],
  [86_400_000, '1 day ago'],
  [-2 * 86_400_000, 'in 2 days'],
  [Number.NaN, 'at an unknown time'],
])('formatAge of %d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test.each([
  ['2026-11-22T03:00:12.999Z', '2026-11-22 03:00:12 UTC'],
  ['2026-11-22T03:00:12+02:00', '2026-11-22 01:00:12 UTC'],
  [new Date(0), '1970-01-01 00:00:00 UTC'],
  ['soon', 'unknown time'],
])('formatInstant of %s is %s', (instant, text) => {
  expect(formatInstant(instant)).toBe(text)
})

test.each([
  [1024 ** 2, 1000, '1 MiB/s'],
  [1024, 0, '1000 KiB/s'],
  [0, 500, '0 B/s'],
])('formatRate of %d bytes in %d ms is %s', (bytes, ms, text) => {
  expect(formatRate(bytes, ms)).toBe(text)
})

test('formatCount and formatItems separate thousands and count nouns', () => {
  expect(formatCount(6_600_000)).toBe('6,600,000')
  expect(formatCount(999)).toBe('999')
  expect(formatCount(1000, 'row')).toBe('1,000 rows')
  expect(formatItems(1, 'row')).toBe('1 row')
  expect(formatItems(0, 'row')).toBe('0 rows')
})
