import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CHECKSUM_NAMES,
  compositeChecksum,
  createSum,
} from '../../../support/s3-server/checksum.ts'

test.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
] as const)('createSum %s gives the published check value of "123456789"', (name, hex) => {
  const sum = createSum(name)
  sum.update(Buffer.from('123456789'))
  expect(sum.digest().toString('hex')).toBe(hex)
})

test.each(CHECKSUM_NAMES)('createSum %s does not depend on how bytes are cut', (name) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
      const whole = createSum(name)
      whole.update(Buffer.from(bytes))
      const pieces = createSum(name)
      pieces.update(Buffer.from(bytes.subarray(0, cut)))
      pieces.update(Buffer.from(bytes.subarray(cut)))
      expect(pieces.digest()).toEqual(whole.digest())
    }),
  )
})

test('compositeChecksum sums the sums and counts them', () => {
  const part = Buffer.from('cbf43926', 'hex').toString('base64')
  const sum = createSum('crc32')
  sum.update(Buffer.from('cbf43926cbf43926', 'hex'))
  expect(compositeChecksum('crc32', [part, part])).toEqual({
    name: 'crc32',
    value: `${sum.digest().toString('base64')}-2`,
    type: 'COMPOSITE',
  })
})
