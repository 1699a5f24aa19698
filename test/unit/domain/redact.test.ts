import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../../action/domain/encode-base64.ts'
import { createRedactor, isTooShortToRedact } from '../../../action/domain/redact.ts'
import { scrubCredentials } from '../../../action/domain/scrub-credentials.ts'
import { formsOf } from '../../../action/domain/secret-forms.ts'

const secret = `pä$$ "w'o/r+d"&<x>!*()%`

describe('createRedactor', () => {
  const redact = createRedactor([secret])

  test.each([
    ['as it is', secret],
    ['by encodeURIComponent', encodeURIComponent(secret)],
    ['by RFC 3986', encodeURIComponent(secret).replace(/[!'()*]/g, hexEscape)],
    ['in lower-case escapes', encodeURIComponent(secret).replace(/%../g, lower)],
    ['by encodeURI', encodeURI(secret)],
    [
      'as a form',
      encodeURIComponent(secret)
        .replace(/[!'()*]/g, hexEscape)
        .replaceAll('%20', '+'),
    ],
    ['in JSON', JSON.stringify({ secret }).slice(11, -2)],
    ['in XML', 'pä$$ &quot;w&#39;o/r+d&quot;&amp;&lt;x&gt;!*()%'],
    ['in HTML', 'pä$$ &quot;w&apos;o/r+d&quot;&amp;&lt;x&gt;!*()%'],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in upper hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64url', Buffer.from(secret).toString('base64url')],
  ])('replaces a secret %s', (_, form) => {
    expect(redact(`before ${form} after`)).toMatch(/^before \*\*\*=* after$/)
  })

  test('replaces a secret in base64 of something longer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20 }),
        fc.stringMatching(/^[!-~]{8,40}$/),
        fc.uint8Array({ maxLength: 20 }),
        (before, key, after) => {
          const text = Buffer.concat([before, Buffer.from(key), after]).toString('base64')
          const shown = createRedactor([key])(text)
          expect(shown).toContain('***')
          const rest = Buffer.from(shown.replaceAll('***', ''), 'base64').toString('latin1')
          expect(rest).not.toContain(key)
        },
      ),
    )
  })

  test('leaves no secret in any text, whatever the two are', () => {
    const secrets = fc.array(fc.stringMatching(/^[!-)+-~]{4,12}$/), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(secrets, fc.array(fc.string({ maxLength: 5 })), (given, between) => {
        const text = given.map((item, place) => item + (between[place] ?? '')).join('')
        const shown = createRedactor(given)(text)
        expect(given.filter((item) => shown.includes(item))).toEqual([])
      }),
    )
  })

  test('replaces overlapping secrets together', () => {
    expect(createRedactor(['abcdef', 'defghi', 'abcd'])('<abcdefghi> <abcd>')).toBe('<***> <***>')
  })

  test('replaces a secret that overlaps itself', () => {
    expect(createRedactor(['abab'])('ababab')).toBe('***')
  })

  test('replaces each line of a secret of several lines', () => {
    expect(createRedactor(['first line\r\nsecond line\n'])('x second line y')).toBe('x *** y')
  })

  test('replaces the password of a URL, as typed and decoded', () => {
    const shown = createRedactor(['postgres://me:p%40ss%20word@db:5432/shop'])
    expect(shown('p%40ss%20word p@ss word')).toBe('*** ***')
    expect(shown('user me')).toBe('user me')
  })

  test('ignores secrets that are too short, and empty ones', () => {
    expect(createRedactor(['abc', ''])('abc')).toBe('abc')
    expect(['', 'abc', 'abcd'].map(isTooShortToRedact)).toEqual([false, true, false])
    expect(formsOf('abc').size).toBe(0)
  })

  test('is linear in the text', () => {
    const shown = createRedactor(['aaaaaaaa'])
    expect(shown('a'.repeat(200_000))).toBe('***')
    expect(shown(`a:${'://'.repeat(70_000)}`)).toHaveLength(210_002)
    expect(shown('password='.repeat(20_000)).length).toBeGreaterThan(0)
  })
})

describe('scrubCredentials', () => {
  test.each([
    ['postgres://me:secret@db/shop', 'postgres://***@db/shop'],
    ['x postgres://me:se/cr?et@h#@db/shop y', 'x postgres://***@db/shop y'],
    ['https://token@github.com/a', 'https://***@github.com/a'],
    ['"redis://:secret@h" and "a://b:c@d"', '"redis://***@h" and "a://***@d"'],
    ['https://packages.example.org/@scope/name', 'https://packages.example.org/@scope/name'],
    ['https://x.test/a?b=c, me@x.test', 'https://x.test/a?b=c, me@x.test'],
    ['no scheme ://', 'no scheme ://'],
    [
      'https://b.test/k?X-Amz-Credential=AK%2F1&X-Amz-Signature=abc&x=1',
      'https://b.test/k?X-Amz-Credential=***&X-Amz-Signature=***&x=1',
    ],
    ['?AWSAccessKeyId=AK&Signature=a%2Bb', '?AWSAccessKeyId=***&Signature=***'],
    ['X-Amz-Security-Token%3Dabc', 'X-Amz-Security-Token%3D***'],
    ['host=db password=secret user=me', 'host=db password=*** user=me'],
    [`password='it is long' user=me`, 'password=*** user=me'],
    ['PGPASSWORD="it is long" pg_dump', 'PGPASSWORD=*** pg_dump'],
  ])('of %j is %j', (text, scrubbed) => {
    expect(scrubCredentials(text)).toBe(scrubbed)
  })

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c:/@?=' ]{0,40}$/), (text) => {
        const once = scrubCredentials(text)
        expect(scrubCredentials(once)).toBe(once)
      }),
    )
  })
})

test('encodeBase64 agrees with the platform', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    }),
  )
})

function hexEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function lower(code: string): string {
  return code.toLowerCase()
}
