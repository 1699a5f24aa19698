import { describe, expect, it } from 'vitest'
import { type KnownIds, putIds } from '../../../support/documents/known-ids.ts'
import { matchShown } from '../../../support/documents/match-shown.ts'

const compare = (shown: readonly string[], output: readonly string[], known?: KnownIds) =>
  matchShown(
    shown.map((text, index) => ({ text, line: index + 1 })),
    output,
    known ?? new Map(),
  )

describe('matchShown', () => {
  it.each([
    ['the same', ['5 rows'], ['5 rows']],
    ['other widths of columns', ['a    12 KiB  b'], ['a  1.5 MiB     b  ']],
    ['another instant', ['at 2026-11-23 05:15:12 UTC'], ['at 2027-01-01 00:00:00 UTC']],
    ['another file name', ['q/20261123T051737.503Z.json'], ['q/20270101T000000.000Z.json']],
    ['another duration', ['(1 m 12 s)', '247 ms'], ['(3.1 s)', '1 h 2 m']],
    ['another age', ['just now'], ['12 minutes ago']],
    ['another server', ['PostgreSQL 15.20, version 15.20'], ['PostgreSQL 18.6, version 17.1']],
    ['any lines', ['...', 'b', '...', 'd', '...'], ['a', 'b', 'c', 'b', 'd']],
    ['no lines', ['...', 'b', '...'], ['b']],
    ['nothing', [], []],
  ])('takes %s', (_, shown, output) => {
    expect(compare(shown, output).kind).toBe('same')
  })

  it.each([
    ['another word', ['5 rows'], ['5 tables'], 1, '5 tables'],
    ['another count', ['a', '12,600 rows'], ['a', '12,599 rows'], 2, '12,599 rows'],
    ['other days', ['within its 7 days'], ['within its 28 days'], 1, 'within its 28 days'],
    ['a size for a duration', ['5 s'], ['5 B'], 1, '5 B'],
    ['a line less', ['a', 'b'], ['a'], 2, undefined],
    ['a line more', ['a'], ['a', 'b'], undefined, 'b'],
    ['another order', ['...', 'b', '...', 'a', '...'], ['a', 'b'], 4, undefined],
    ['something where nothing is shown', [], ['a'], undefined, 'a'],
  ])('refuses %s', (_, shown, output, line, got) => {
    const compared = compare(shown, output)
    if (compared.kind === 'same') throw new Error('It took it')
    expect([compared.expected?.line, compared.got]).toEqual([line, got])
  })

  it('holds an id for one id, in whatever form it is shown', () => {
    const shown = [
      '20261123T051512Z-cli6',
      'shop__pre_20261123t051512z_cli6',
      '20261123T050304Z-o5aw',
    ]
    const [a, b] = ['20270101T000000Z-aaaa', '20270101T000000Z-bbbb']
    const compared = compare(shown, [a, 'shop__pre_20270101t000000z_aaaa', b])
    if (compared.kind !== 'same') throw new Error('It refused it')
    expect(putIds(`${shown[1]} ${shown[2]}`, compared.known)).toBe(
      `shop__pre_20270101t000000z_aaaa ${b}`,
    )
    expect(compare(shown, [a, 'shop__pre_20270101t000000z_bbbb', b]).kind).toBe('different')
    expect(compare(shown, [a, 'shop__pre_20270101t000000z_aaaa', a]).kind).toBe('different')
    expect(() => putIds('20261122T030012Z-k7q2', compared.known)).toThrow('No backup')
  })
})
