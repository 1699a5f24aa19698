import { describe, expect, test } from 'vitest'
import { hasCustomMagic, hasPlainTrailer } from '../../../action/domain/content-checks.ts'

const trailer = '--\n-- PostgreSQL database dump complete\n--\n\n'

describe('hasPlainTrailer', () => {
  test.each([
    ['as pg_dump writes it', `SELECT 1;\n\n${trailer}`],
    ['with \\unrestrict after it', `x\n${trailer}\\unrestrict ${'k'.repeat(63)}\n\n`],
    ['at the very start', '-- PostgreSQL database dump complete'],
    ['with line ends of Windows', 'x\r\n-- PostgreSQL database dump complete\r\n--\r\n'],
  ])('is true %s', (_, text) => {
    expect(hasPlainTrailer(bytes(text))).toBe(true)
  })

  test.each([
    ['of nothing', ''],
    ['cut', trailer.slice(0, 30)],
    ['with data after it', `${trailer}1\tx\n`],
    ['with more on its line', 'x\n-- PostgreSQL database dump complete?\n'],
    ['within a line', 'data -- PostgreSQL database dump complete\n'],
    ['with another meta-command after it', `${trailer}\\! id\n`],
  ])('is false %s', (_, text) => {
    expect(hasPlainTrailer(bytes(text))).toBe(false)
  })

  test('is quick on many line ends', () => {
    expect(hasPlainTrailer(bytes(`${trailer}${'\n '.repeat(50_000)}x`))).toBe(false)
  })
})

test('hasCustomMagic is true of the head of an archive only', () => {
  expect(hasCustomMagic(bytes('PGDMP\u0001\u000e'))).toBe(true)
  expect(['', 'PGDM', 'pgdmp', ' PGDMP'].map((text) => hasCustomMagic(bytes(text)))).toEqual([
    false,
    false,
    false,
    false,
  ])
})

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
