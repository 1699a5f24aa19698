import { describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { readAddressing } from '../../../action/storage/addressing.ts'

describe('readAddressing', () => {
  it.each([
    [
      'auto',
      undefined,
      { region: 'us-east-1', isRegionOpen: true, forcePathStyle: false, takesChecksums: true },
    ],
    ['', '', { region: 'us-east-1', isRegionOpen: true }],
    [
      'eu-west-1',
      undefined,
      { region: 'eu-west-1', isRegionOpen: false, host: 's3.eu-west-1.amazonaws.com' },
    ],
    [
      'auto',
      'https://abc.r2.cloudflarestorage.com',
      {
        region: 'auto',
        forcePathStyle: true,
        takesChecksums: true,
        isPrivateChannel: true,
        removesConditionally: false,
      },
    ],
    [
      'auto',
      'https://abc.eu.r2.cloudflarestorage.com/',
      { endpoint: 'https://abc.eu.r2.cloudflarestorage.com', takesChecksums: true },
    ],
    [
      'auto',
      'https://s3.eu-central-2.amazonaws.com',
      {
        region: 'eu-central-2',
        forcePathStyle: false,
        takesChecksums: true,
        removesConditionally: true,
      },
    ],
    [
      'auto',
      'https://s3.us-west-004.backblazeb2.com',
      { takesChecksums: false, forcePathStyle: true },
    ],
    [
      'us-east-1',
      'http://minio:9000',
      { host: 'minio:9000', takesChecksums: false, isPrivateChannel: false, region: 'us-east-1' },
    ],
    ['auto', 'http://127.0.0.1:9000', { isPrivateChannel: true, forcePathStyle: true }],
    ['auto', 'http://[::1]:9000', { isPrivateChannel: true }],
    [
      'auto',
      'minio.internal:9000',
      { endpoint: 'https://minio.internal:9000', isPrivateChannel: true },
    ],
    ['auto', 'https://gateway.example/s3', { endpoint: 'https://gateway.example/s3' }],
    [
      'auto',
      'https://amazonaws.com.evil.example',
      { takesChecksums: false, removesConditionally: false },
    ],
  ])('reads region %j and endpoint %j', (region, endpoint, expected) => {
    expect(readAddressing(region, endpoint)).toMatchObject(expected)
  })

  it.each([
    'https://user:geheim@host',
    'ftp://geheim',
    'https://',
    's3://geheim',
    'https://h?geheim=1',
    'ge heim',
  ])('refuses %j without repeating it', (endpoint) => {
    let caught: unknown
    try {
      readAddressing('auto', endpoint)
    } catch (error) {
      caught = error
    }
    expect(isFailure(caught, 'invalid_input')).toBe(true)
    expect(String(caught)).not.toContain('geheim')
  })
})
