import { describe, expect, test } from 'vitest'
import { presign } from '../../../support/s3-server/presign.ts'
import {
  canonicalRequest,
  EMPTY_SHA256,
  sign,
  signingKey,
  stringToSign,
  timestampOf,
} from '../../../support/s3-server/sigv4.ts'

/** Key, time and place of the worked examples in AWS's own documentation of the signature. */
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const SCOPE = { timestamp: '20130524T000000Z', region: 'us-east-1', service: 's3' }
const HOST = 'examplebucket.s3.amazonaws.com'

describe('sign, on the examples of the S3 API reference', () => {
  test('GET of a range, signed in its header', () => {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/test.txt',
      query: [],
      headers: [
        ['host', HOST],
        ['range', 'bytes=0-9'],
        ['x-amz-content-sha256', EMPTY_SHA256],
        ['x-amz-date', SCOPE.timestamp],
      ],
      payloadHash: EMPTY_SHA256,
    })
    expect(sign(signingKey(SECRET, SCOPE), stringToSign(canonical, SCOPE))).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    )
  })

  test('listing, with its query in order', () => {
    const canonical = canonicalRequest({
      method: 'GET',
      path: '/',
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
      headers: [
        ['x-amz-date', SCOPE.timestamp],
        ['host', HOST],
        ['x-amz-content-sha256', EMPTY_SHA256],
      ],
      payloadHash: EMPTY_SHA256,
    })
    expect(sign(signingKey(SECRET, SCOPE), stringToSign(canonical, SCOPE))).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })
})

test('presign carries what the server needs to check it', () => {
  const access = {
    endpoint: 'http://127.0.0.1:1',
    accessKeyId: 'AKID',
    secretAccessKey: SECRET,
    region: 'us-east-1',
  }
  const url = new URL(
    presign(access, {
      method: 'GET',
      bucket: 'b',
      key: 'a b',
      expiresSeconds: 60,
      now: new Date('2013-05-24T00:00:00Z'),
    }),
  )
  expect(url.pathname).toBe('/b/a%20b')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKID/20130524/us-east-1/s3/aws4_request',
    'X-Amz-Date': '20130524T000000Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('timestampOf writes an instant without separators', () => {
  expect(timestampOf(new Date('2026-11-22T03:00:12.345Z'))).toBe('20261122T030012Z')
})
