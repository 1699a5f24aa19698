import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32Combine } from '../../../action/stream/crc32-combine.ts'

it('crc32Combine gives the CRC-32 of both pieces together', () => {
  const bytes = fc.uint8Array({ maxLength: 3000 })
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const together = crc32(Buffer.concat([first, second]))
      expect(crc32Combine(crc32(first), crc32(second), second.length)).toBe(together)
    }),
  )
})

it('crc32Combine takes sizes beyond 32 bits', () => {
  const zeros = Buffer.alloc(2 ** 20)
  let size = zeros.length
  let crc = crc32(zeros)
  for (let doubled = 0; doubled < 13; doubled++) {
    crc = crc32Combine(crc, crc, size)
    size *= 2
  }
  expect(size).toBe(2 ** 33)
  let expected = 0
  for (let at = 0; at < size; at += zeros.length * 1024) {
    expected = crc32Combine(expected, crc32OfGiB, zeros.length * 1024)
  }
  expect(crc).toBe(expected)
})

/** Of 2^30 zero bytes, as `head -c 1073741824 /dev/zero | gzip -l -v` tells it. */
const crc32OfGiB = 0x5b64c2b0
