import fc from 'fast-check'
import { expect, test } from 'vitest'
import { choosePartSize } from '../../../action/domain/part-size.ts'

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3

test.each([
  [0, 16],
  [-1, 16],
  [Number.NaN, 16],
  [125 * gibibyte, 16],
  [125 * gibibyte + 1, 17],
  [500 * gibibyte, 64],
  [1024 * gibibyte, 132],
  [Number.POSITIVE_INFINITY, 5 * 1024],
])('choosePartSize of %d bytes is %d MiB', (expected, mebibytes) => {
  expect(choosePartSize(expected)).toBe(mebibytes * mebibyte)
})

test('choosePartSize keeps a quarter more than expected below 10,000 parts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 39 * 1024 * gibibyte }), (expected) => {
      const size = choosePartSize(expected)
      expect(size % mebibyte).toBe(0)
      expect(size * 8_000).toBeGreaterThanOrEqual(expected)
    }),
  )
})
