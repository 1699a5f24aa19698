import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDumpScanner, type DumpFacts } from '../../../action/stream/dump-scanner.ts'
import { dumpText } from './dump-text.ts'

function scan(text: string | Buffer, cuts: readonly number[] = []): DumpFacts {
  const bytes = Buffer.from(text)
  const scanner = createDumpScanner()
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    scanner.push(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
  scanner.push(bytes.subarray(from))
  return scanner.end()
}

const end = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
const restrict = '\\restrict aB3\n'
const unrestrict = '\\unrestrict aB3\n\n'

describe('createDumpScanner', { timeout: 30_000 }, () => {
  it('counts rows of every table of a real dump, with names as the server knows them', () => {
    expect(scan(dumpText)).toMatchObject({
      tables: { "S.x.t;'$$": 1, 'public.My "Table': 3, 'public.empty_one': 0, 'public.p1': 2 },
      metaCommands: [],
      largeObjects: true,
      isWhole: true,
    })
  })

  it.each([
    ['UTF8', 'é', 'c3a9'],
    ['SQL_ASCII', 'é', 'c3a9'],
    ['LATIN1', 'é', 'e9'],
    ['LATIN9', '€', 'a4'],
    ['WIN1251', 'ж', 'e6'],
    ['EUC_JP', 'a', '61'],
  ])('knows tables of a dump in %s by their names', (encoding, name, bytes) => {
    const copy = Buffer.concat([
      Buffer.from(`SET client_encoding = '${encoding}';\nCOPY public."`),
      Buffer.from(bytes, 'hex'),
      Buffer.from(`" (a) FROM stdin;\n1\n\\.\n${end}`),
    ])
    const tables = { [`public.${name}`]: 1 }
    expect(scan(copy)).toMatchObject({ tables, isWhole: true })
    expect(scan(copy, [...copy.keys()])).toMatchObject({ tables, isWhole: true })
  })

  it.each([
    ['that it cannot read for sure', 'EUC_JP', ['c9bd']],
    ['that it does not know', 'MULE_INTERNAL', ['81e9']],
    ['in which two tables would be one', 'SQL_ASCII', ['e9', 'e8']],
  ])('counts no rows under names of an encoding %s', (_name, encoding, names) => {
    const copies = names.flatMap((bytes) => [
      Buffer.from('COPY public."'),
      Buffer.from(bytes, 'hex'),
      Buffer.from('" (a) FROM stdin;\n1\n\\.\n'),
    ])
    const text = Buffer.concat([
      Buffer.from(`SET client_encoding = '${encoding}';\n`),
      ...copies,
      Buffer.from(end),
    ])
    const facts = scan(text)
    expect(facts).toMatchObject({ isWhole: true })
    expect(facts.tables).toBeUndefined()
    expect(facts.copies).toHaveLength(names.length)
  })

  it('gives the same facts wherever the chunks are cut', () => {
    const whole = scan(dumpText)
    const length = Buffer.byteLength(dumpText)
    fc.assert(
      fc.property(fc.array(fc.nat(length), { maxLength: 40 }), (cuts) => {
        expect(scan(dumpText, cuts)).toEqual(whole)
      }),
    )
    const everyByte = Array.from({ length }, (_, index) => index)
    expect(scan(dumpText, everyByte)).toEqual(whole)
  })

  it('gives the same facts for any text wherever the chunks are cut', () => {
    const piece = fc.constantFrom(
      ...['COPY a FROM stdin;', 'COPY "b""c".d (x, y) FROM stdin;', '\n', '\\.', '\r', ' ', "'"],
      ...['"', '$$', '$t$', '$', 't', "E'", 'e', '\\', '--', '-', '/*', '*/', '/', '*', ';', '('],
      ...[')', '.', 'begin', 'end', 'CREATE FUNCTION', 'SELECT', 'lo_create', '\\restrict k', 'é'],
      ...['SET standard_conforming_strings = off;', '-- PostgreSQL database dump complete', '\\!'],
      ...['\\unrestrict k', '1', '\\N\t3'],
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(200), { maxLength: 30 }),
        (pieces, cuts) => {
          const bytes = Buffer.from(pieces.join(''))
          const inside = cuts.filter((cut) => cut <= bytes.length)
          expect(scan(bytes, inside)).toEqual(scan(bytes))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['a string', "SELECT '\nCOPY x FROM stdin;\n\\! id\n';\n"],
    ['a string with a doubled quote', "SELECT 'it''s\nCOPY x FROM stdin;\n\\! id\n';\n"],
    ['a string that ends in a backslash', "SELECT '\\', '\nCOPY x FROM stdin;\n';\n"],
    ['a string with escapes', "SELECT E'\\'\nCOPY x FROM stdin;\n\\! id\n';\n"],
    ['a continued string with escapes', "SELECT E'a'\n 'b\\'\nCOPY x FROM stdin;\n';\n"],
    ['a dollar quote', 'SELECT $$\nCOPY x FROM stdin;\n\\! id\n$$;\n'],
    ['a tagged dollar quote', 'SELECT $a1$ $$ $a$ $$a1\nCOPY x FROM stdin;\n\\! id\n$a1$;\n'],
    ['a quoted name', 'CREATE TABLE "\nCOPY x FROM stdin;\n\\! id\n""" ();\n'],
    ['a comment', '-- COPY x FROM stdin;\n-- \\! id\n'],
    ['a nested comment', '/* /* */\nCOPY x FROM stdin;\n\\! id\n*/\n'],
    [
      'a function without quotes',
      'CREATE OR REPLACE FUNCTION f() BEGIN ATOMIC\n SELECT CASE WHEN a THEN 1 END; COPY x FROM stdin;\n END;\n',
    ],
    ['parentheses', 'CREATE RULE r AS (SELECT 1;\nCOPY x FROM stdin;\n);\n'],
  ])('takes nothing inside %s for a command or for data', (_name, sql) => {
    expect(scan(`${sql}COPY public.t FROM stdin;\n1\n\\.\n${end}`)).toMatchObject({
      tables: { 'public.t': 1 },
      metaCommands: [],
      largeObjects: false,
      isWhole: true,
    })
  })

  it.each([
    ['an identifier with a dollar sign', 'SELECT a$$b;\n\\! id\n', ['\\! id']],
    ['a parameter', 'SELECT $1;\n\\! id\n', ['\\! id']],
    ['a tag that is none', "SELECT $e'a\\'';\n\\! id\n", ['\\! id']],
    ['a command after a statement', 'SELECT 1; \\! id\n', ['\\! id']],
    ['a command on the line of a COPY', 'COPY a FROM stdin; \\! id\n1\n\\.\n', ['\\! id']],
    [
      'backslashes after the setting was turned off',
      "SET standard_conforming_strings = off;\nSELECT '\\'\n\\! no';\n\\! id\n",
      ['\\! id'],
    ],
    ['a second key', `${restrict}\\restrict other\n`, ['\\restrict other']],
    ['a key after a statement', `SELECT 1;\n${restrict}`, ['\\restrict aB3']],
    ['a key with more', '\\restrict aB3 `id`\n', ['\\restrict aB3 `id`']],
    ['another key at the end', `${restrict}\\unrestrict \`id\`\n`, ['\\unrestrict `id`']],
    ['an early end of the key', `${restrict}${unrestrict}SELECT 1;\n`, ['\\unrestrict aB3']],
    ['a long command', `\\! ${'é'.repeat(200)}\n`, [`\\! ${'?'.repeat(77)}`]],
    ['a command at the very end', 'SELECT 1;\n\\! id', ['\\! id']],
  ])('reports %s', (_name, sql, commands) => {
    expect(scan(sql).metaCommands).toEqual(commands)
  })

  it('keeps the first twenty commands', () => {
    expect(scan('\\! id\n'.repeat(1000)).metaCommands).toHaveLength(20)
  })

  it.each([
    ['no trailer', `${restrict}SELECT 1;\n${unrestrict}`],
    ['no end of its key', `${restrict}SELECT 1;\n${end}`],
    ['a statement after its trailer', `${end}SELECT 1;\n`],
    ['the trailer in a string', `SELECT '${end}`],
    ['the trailer in data', `COPY a FROM stdin;\n${end}`],
    ['the trailer in an open statement', `SELECT 1${end}`],
  ])('does not call a dump whole that has %s', (_name, sql) => {
    expect(scan(sql).isWhole).toBe(false)
  })

  it.each([
    ['before August 2025', `SELECT 1;\n${end}`],
    ['since August 2025', `--\n${restrict}SELECT 1;\n${end}${unrestrict}`],
    [
      'with Windows line ends',
      `${restrict}SELECT 1;\n${end}${unrestrict}`.replaceAll('\n', '\r\n'),
    ],
  ])('calls a dump as written %s whole', (_name, sql) => {
    expect(scan(sql)).toMatchObject({ isWhole: true, metaCommands: [] })
  })

  it('ends data at a terminator with a carriage return and at nothing else', () => {
    const data = '\\.x\n\\\\.\n \\.\n\\\n\n\\.\r\n'
    expect(scan(`COPY a FROM stdin;\n${data}${end}`)).toMatchObject({
      tables: { a: 5 },
      isWhole: true,
    })
  })

  it('reads the data of two COPY commands on one line one after the other', () => {
    const text = `COPY a FROM stdin; COPY B.c FROM STDIN; select '\n1\n\\.\n1\n2\n\\.\n';\n${end}`
    expect(scan(text)).toMatchObject({ tables: { a: 1, 'b.c': 2 }, isWhole: true })
  })

  it('tells where the rows of every table lie', () => {
    const bytes = Buffer.from(dumpText)
    const { copies, tables } = scan(bytes)
    expect(copies.map(({ table }) => table)).toEqual([
      "S.x.t;'$$",
      'public.My "Table',
      'public.empty_one',
      'public.p1',
    ])
    for (const { table, start, rowsStart, rowsEnd, end, rows } of copies) {
      expect(bytes.toString('utf8', start, rowsStart)).toMatch(/^COPY .* FROM stdin;\n$/)
      expect(bytes.toString('utf8', rowsStart, rowsEnd).split('\n')).toHaveLength(rows + 1)
      expect(bytes.toString('utf8', rowsEnd, end)).toBe('\\.\n')
      expect(tables?.[table]).toBe(rows)
    }
  })

  it.each([
    ['of a COPY that shares its line', 'COPY a FROM stdin; COPY b FROM stdin;\n1\n\\.\n2\n\\.\n'],
    ['of a COPY with text behind it', "COPY a FROM stdin; SELECT '\n1\n\\.\n';\n"],
    ['of a COPY that is not the first word', '+ COPY a FROM stdin;\n1\n\\.\n'],
    ['without an end', 'COPY a FROM stdin;\n1\n'],
  ])('does not tell the place of rows %s', (_name, text) => {
    expect(scan(text)).toMatchObject({ tables: { a: 1 }, copies: [] })
  })

  it('does not wait for data where COPY writes or reads a file', () => {
    const text = "COPY a TO stdout;\nCOPY b FROM 'stdin';\nCOPY (SELECT 1 FROM stdin) TO stdout;\n"
    expect(scan(text + end)).toMatchObject({ tables: {}, isWhole: true })
  })

  it('skipRows counts what push would have counted', () => {
    const line = fc.constantFrom('a\n', 'bb\\.\n', '\\N\n', '\n', 'x', '\\', '.', '\\\\.')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.array(line), (lines, rest) => {
        const chunk = Buffer.from(lines.join(''))
        fc.pre(!/(^|\n)\\\.\r?\n/.test(chunk.toString()))
        const after = Buffer.from(`${rest.join('')}\n\\.\n${end}`)
        const [pushed, skipped] = [createDumpScanner(), createDumpScanner()]
        for (const scanner of [pushed, skipped]) {
          scanner.push(Buffer.from('COPY a FROM stdin;\nrow'))
        }
        pushed.push(chunk)
        expect(skipped.isInsideRow()).toBe(true)
        skipped.skipRows(chunk.toString().split('\n').length - 1, chunk)
        pushed.push(after)
        skipped.push(after)
        expect(skipped.end()).toEqual(pushed.end())
      }),
      { numRuns: 1000 },
    )
  })
})
