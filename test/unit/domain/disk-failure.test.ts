import { describe, expect, test } from 'vitest'
import { diskFailure } from '../../../action/domain/disk-failure.ts'

describe('diskFailure', () => {
  test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s is a full disk, with its cause', (code) => {
    const cause = Object.assign(new Error('write'), { code })
    const failure = diskFailure(cause, 'download')
    expect(failure).toMatchObject({ code: 'disk_full', stage: 'download', cause })
    expect(failure).toMatchObject({ message: expect.stringContaining(code) })
  })

  test.each([
    Object.assign(new Error('read'), { code: 'EIO' }),
    new TypeError('a defect'),
    'no error at all',
    undefined,
  ])('leaves %s alone', (error) => {
    expect(diskFailure(error, 'download')).toBe(error)
  })
})
