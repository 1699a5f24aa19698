import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeChunks } from '../../../support/s3-server/chunked-body.ts'
import { signChunks } from '../../../support/s3-server/sign-chunks.ts'
import { scopeText, signingKey } from '../../../support/s3-server/sigv4.ts'

const scope = { timestamp: '20130524T000000Z', region: 'us-east-1', service: 's3' }
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
const signature = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9'
const seed = { key, signature, timestamp: scope.timestamp, scope: scopeText(scope) }
const authentication = { key, scope, signature, payloadHash: '' }

async function decode(body: Buffer, cuts: readonly number[], hasTrailer = false) {
  async function* arrive() {
    const bounds = [0, ...[...cuts].sort((a, b) => a - b), body.length]
    for (const [at, from] of bounds.entries()) {
      const piece = body.subarray(from, bounds[at + 1] ?? body.length)
      if (piece.length > 0) yield piece
    }
  }
  const steps = decodeChunks(arrive(), { authentication, isSigned: true, hasTrailer })
  const chunks: Buffer[] = []
  let step = await steps.next()
  for (; !step.done; step = await steps.next()) chunks.push(step.value)
  return { bytes: Buffer.concat(chunks), trailers: step.value }
}

test("signChunks signs the example of AWS's documentation", () => {
  const body = signChunks([Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a')], seed)
  const signatures = [...body.toString().matchAll(/chunk-signature=([0-9a-f]+)/g)]
  expect(signatures.map(([, hex]) => hex)).toEqual([
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ])
})

describe('decodeChunks', () => {
  const content = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 4 })

  test('gives the bytes back however they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat(400)), async (chunks, cuts) => {
        const sent = chunks.map((chunk) => Buffer.from(chunk))
        const trailer = { 'x-amz-checksum-crc32': 'AAAAAA==' }
        const body = signChunks(sent, seed, trailer)
        const { bytes, trailers } = await decode(body, cuts, true)
        expect(bytes).toEqual(Buffer.concat(sent))
        expect(Object.fromEntries(trailers)).toEqual(trailer)
      }),
    )
  })

  test('refuses a body that was changed or breaks off anywhere', async () => {
    const body = signChunks([Buffer.from('hello world'), Buffer.from('again')], seed)
    for (let at = 0; at < body.length - 2; at += 1) {
      await expect(decode(body.subarray(0, at), [])).rejects.toThrow()
    }
    const changed = Buffer.from(body)
    changed.write('j', body.indexOf('hello'))
    await expect(decode(changed, [])).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })
})
