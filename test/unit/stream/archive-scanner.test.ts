import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createArchiveScanner } from '../../../action/stream/archive-scanner.ts'

/** Four bytes and a sign, as pg_dump writes numbers everywhere. */
function int(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt8(value < 0 ? 1 : 0)
  bytes.writeUInt32LE(Math.abs(value), 1)
  return bytes
}

const text = (value: string | undefined) =>
  value === undefined ? int(-1) : Buffer.concat([int(value.length), Buffer.from(value)])

/** Head and table of contents of an archive of version 1.`minor` with one entry. */
function head(minor: number, compression = 0): Buffer {
  const entry = [
    ...[int(3358), int(1), text('0'), text('16386'), text('orders'), text('TABLE DATA'), int(3)],
    ...[text(''), text(''), text('COPY public.orders (a) FROM stdin;\n'), text('public')],
    ...[text(undefined), text(undefined), ...(minor >= 16 ? [int(0)] : []), text('postgres')],
    ...[text('false'), text('210'), text(undefined), Buffer.from([1]), Buffer.alloc(8)],
  ]
  return Buffer.concat([
    ...[Buffer.from('PGDMP'), Buffer.from([1, minor, 0, 4, 8, 1])],
    minor >= 15 ? Buffer.from([compression]) : int(compression),
    ...Array.from({ length: 7 }, () => int(7)),
    ...[text('shop'), text('15.18'), text('15.18'), int(1), ...entry],
  ])
}

const piece = (value: string) => Buffer.concat([int(value.length), Buffer.from(value)])
const table = (entry: number, ...rows: readonly string[]) =>
  Buffer.concat([Buffer.from([1]), int(entry), ...rows.map(piece), int(0)])
const largeObjects = Buffer.concat([
  ...[Buffer.from([3]), int(3360), int(16500), piece('one'), piece('two'), int(0)],
  ...[int(16501), int(0), int(0)],
])

function scan(bytes: Buffer, cuts: readonly number[] = []) {
  return scanFacts(bytes, cuts, false)?.blocks
}

function scanFacts(bytes: Buffer, cuts: readonly number[], countRows = true) {
  const scanner = createArchiveScanner({ countRows })
  let from = 0
  for (const cut of cuts.toSorted((a, b) => a - b)) {
    scanner.push(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
  scanner.push(bytes.subarray(from))
  return scanner.end()
}

const data = [table(3358, '1\n', '\u0001\u0003\n'), largeObjects, table(3361)]

describe('createArchiveScanner', () => {
  it.each([14, 15, 16])('tells where the data of every entry lie, in version 1.%i', (minor) => {
    const start = head(minor)
    const [first = 0, second = 0, third = 0] = data.map(({ length }) => length)
    const statement = Buffer.from('COPY public.orders (a) FROM stdin;\n')
    const rows = { statement, start: start.length + 6, end: start.length + first - 5 }
    expect(scan(Buffer.concat([start, ...data]))).toEqual([
      { entry: 3358, start: start.length, end: start.length + first, cost: first + 200, rows },
      {
        entry: 3360,
        start: start.length + first,
        end: start.length + first + second,
        cost: second + 200,
      },
      {
        entry: 3361,
        start: start.length + first + second,
        end: start.length + first + second + third,
        cost: third,
      },
    ])
  })

  it('tells the same wherever the chunks are cut', () => {
    const bytes = Buffer.concat([head(14), ...data])
    const whole = scan(bytes)
    expect(whole).toHaveLength(3)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
        expect(scan(bytes, cuts)).toEqual(whole)
      }),
    )
    const everyByte = Array.from({ length: bytes.length }, (_, index) => index)
    expect(scan(bytes, everyByte)).toEqual(whole)
  })

  it.each([
    ['of a version that is not known', Buffer.concat([head(17), ...data])],
    ['without its last byte', Buffer.concat([head(14), ...data]).subarray(0, -1)],
    ['with something else behind its data', Buffer.concat([head(14), ...data, Buffer.from([9])])],
    ['that ends in its head', head(14).subarray(0, -1)],
    ['that is none', Buffer.from('PGDMP')],
  ])('tells nothing of an archive %s', (_what, bytes) => {
    expect(scan(bytes)).toBeUndefined()
  })

  it.each([14, 16])('tells of no rows where they are compressed, in version 1.%i', (minor) => {
    const found = scan(Buffer.concat([head(minor, minor === 14 ? -1 : 1), ...data]))
    expect(found?.map(({ rows }) => rows)).toEqual([undefined, undefined, undefined])
  })

  it('tells of an archive without data that it has none', () => {
    expect(scan(head(14))).toEqual([])
  })

  describe('with rows to count', () => {
    const end = '\\.\n\n\n'
    const orders = ['1\n', '22\n', 'a longer row\\n of one line\n']

    it('counts those of each table, not the breaks in sizes and large objects', () => {
      // A size of ten is a line break, as are some of a large object's bytes.
      const block = table(3358, ...orders, 'nine char\n', '\n', end)
      const bytes = Buffer.concat([head(16), block, largeObjects])
      expect(scanFacts(bytes, [])).toMatchObject({ tables: { 'public.orders': 5 } })
    })

    it('counts none in an empty table', () => {
      const bytes = Buffer.concat([head(14), table(3358, end)])
      expect(scanFacts(bytes, [])?.tables).toEqual({ 'public.orders': 0 })
    })

    it('counts the same where several rows are in one piece, and wherever the chunks are cut', () => {
      const single = Buffer.concat([head(14), table(3358, ...orders, end)])
      const joined = Buffer.concat([head(14), table(3358, `${orders.join('')}${end}`)])
      for (const bytes of [single, joined]) {
        const everyByte = Array.from({ length: bytes.length }, (_, index) => index)
        expect(scanFacts(bytes, everyByte)?.tables).toEqual({ 'public.orders': 3 })
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
            expect(scanFacts(bytes, cuts)?.tables).toEqual({ 'public.orders': 3 })
          }),
        )
      }
    })

    it.each([
      ['whose rows do not end as those of pg_dump', table(3358, ...orders)],
      ['with data of which it is not said what takes them in', table(4711, ...orders, end)],
      ['with two blocks of one table', Buffer.concat([table(3358, end), table(3358, end)])],
    ])('tells no counts of an archive %s', (_what, block) => {
      const facts = scanFacts(Buffer.concat([head(14), block]), [])
      expect(facts?.blocks.length).toBeGreaterThan(0)
      expect(facts).not.toHaveProperty('tables')
    })

    it('tells no counts of compressed data', () => {
      const bytes = Buffer.concat([head(16, 1), table(3358, ...orders, end)])
      expect(scanFacts(bytes, [])).not.toHaveProperty('tables')
    })
  })
})
