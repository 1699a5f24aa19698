import { describe, expect, it } from 'vitest'
import { shareTables, type TablePlace } from '../../../../action/postgres/target/share-tables.ts'

interface Named extends TablePlace {
  readonly name: string
}

/** Tables of these sizes, one after the other. */
function tables(...sizes: readonly number[]): Named[] {
  let start = 100
  return sizes.map((sizeBytes, place) => {
    start += 50
    const table = { name: `t${place}`, start, sizeBytes, cost: sizeBytes }
    start += sizeBytes
    return table
  })
}

const names = (shares: readonly (readonly Named[])[]) =>
  shares.map((share) => share.map(({ name }) => name))

describe('shareTables', () => {
  it('gives the largest first to whom has least, each in the order of the dump', () => {
    expect(names(shareTables(tables(3000, 9000, 5000, 2000), 2, 0))).toEqual([
      ['t1'],
      ['t0', 't2', 't3'],
    ])
  })

  it('goes by cost, not by size', () => {
    const costs = [10, 20, 90]
    const dear = tables(9000, 9000, 1000).map((table, place) => ({
      ...table,
      cost: costs[place] ?? 0,
    }))
    expect(names(shareTables(dear, 2, 0))).toEqual([['t2'], ['t0', 't1']])
  })

  it('leaves small tables where they are', () => {
    expect(names(shareTables(tables(10, 1000, 999, 2000), 2, 1000))).toEqual([['t3'], ['t1']])
    expect(shareTables(tables(10, 20), 2, 1000)).toEqual([])
    expect(shareTables([], 2, 0)).toEqual([])
  })

  it('needs no connection without work, and locks a bounded number of tables', () => {
    expect(names(shareTables(tables(5), 2, 0))).toEqual([['t0']])
    const many = shareTables(tables(...Array.from({ length: 500 }, (_, n) => n + 1)), 2, 0)
    expect(many.flat()).toHaveLength(64)
    expect(Math.min(...many.flat().map(({ sizeBytes }) => sizeBytes))).toBe(437)
  })
})
