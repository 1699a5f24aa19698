import { describe, expect, it } from 'vitest'
import type { CopyBlock } from '../../../../action/job/ports.ts'
import { shareCopies } from '../../../../action/postgres/target/share-copies.ts'

/** Blocks of these sizes, one after the other. */
function blocks(...sizes: readonly number[]): CopyBlock[] {
  let at = 100
  return sizes.map((size, place) => {
    const rowsStart = at + 30
    const rowsEnd = rowsStart + size
    const block = { table: `public.t${place}`, start: at, rowsStart, rowsEnd, end: rowsEnd + 3 }
    at = block.end + 50
    return { ...block, rows: 0 }
  })
}

const names = (shares: readonly (readonly CopyBlock[])[]) =>
  shares.map((share) => share.map(({ table }) => table.slice('public.'.length)))

describe('shareCopies', () => {
  it('gives the largest first to whom has least, each in the order of the dump', () => {
    expect(names(shareCopies(blocks(3000, 9000, 5000, 2000), 2, 0))).toEqual([
      ['t1'],
      ['t0', 't2', 't3'],
    ])
  })

  it('counts rows as well as bytes', () => {
    const [wide, other, narrow] = blocks(9000, 9000, 1000)
    if (!wide || !other || !narrow) throw new Error('three were made')
    const shares = shareCopies([wide, other, { ...narrow, rows: 1000 }], 2, 0)
    expect(names(shares)).toEqual([['t2'], ['t0', 't1']])
  })

  it('leaves small tables where they are', () => {
    expect(names(shareCopies(blocks(10, 1000, 999, 2000), 2, 1000))).toEqual([['t3'], ['t1']])
    expect(shareCopies(blocks(10, 20), 2, 1000)).toEqual([])
    expect(shareCopies([], 2, 0)).toEqual([])
  })

  it('needs no connection without work, and locks a bounded number of tables', () => {
    expect(names(shareCopies(blocks(5), 2, 0))).toEqual([['t0']])
    const many = shareCopies(blocks(...Array.from({ length: 500 }, (_, n) => n + 1)), 2, 0)
    expect(many.flat()).toHaveLength(64)
    expect(Math.min(...many.flat().map(({ rowsStart, rowsEnd }) => rowsEnd - rowsStart))).toBe(437)
  })
})
