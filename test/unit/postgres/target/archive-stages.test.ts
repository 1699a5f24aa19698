import { describe, expect, it } from 'vitest'
import { listedTableData, planStages } from '../../../../action/postgres/target/archive-stages.ts'

const list = `;
; Archive created at 2026-11-22 03:00:12 UTC
;
3; 2615 2200 SCHEMA - sales postgres
210; 1259 16386 TABLE sales orders postgres
3400; 0 0 COMMENT sales TABLE orders postgres
3401; 0 0 ACL sales TABLE orders postgres
211; 1259 16390 MATERIALIZED VIEW sales totals postgres
3390; 0 16386 TABLE DATA sales orders postgres
3391; 0 16387 TABLE DATA sales items postgres
3392; 0 16388 TABLE DATA sales notes postgres
3393; 0 16384 BLOBS - BLOBS
3402; 0 0 SEQUENCE SET sales orders_id_seq postgres
3250; 2606 16400 CONSTRAINT sales orders orders_pkey postgres
2081; 826 16401 DEFAULT ACL sales DEFAULT PRIVILEGES FOR TABLES postgres
3240; 3466 16402 EVENT TRIGGER - watch postgres
3403; 0 0 COMMENT - EVENT TRIGGER watch postgres
3395; 0 16390 MATERIALIZED VIEW DATA sales totals postgres
`

/** Stages with the numbers of the entries in their lists. */
function plan(
  readers: number,
  costs: Readonly<Record<number, number>> = {},
  apart: readonly number[] = [],
) {
  const lists: number[][] = []
  const writeList = (text: string) => {
    lists.push(
      text.split('\n').flatMap((line) => (/^\d/.test(line) ? [Number.parseInt(line, 10)] : [])),
    )
    return `/list-${lists.length - 1}`
  }
  const stages = planStages(
    ['--flag'],
    list,
    { jobs: 4, readers, apart: new Set(apart), costOf: (entry) => costs[entry] },
    writeList,
  )
  const show = ({ args }: { readonly args: readonly string[] }) => {
    const place = args
      .find((arg) => arg.startsWith('--use-list='))
      ?.split('-')
      .at(-1)
    return {
      args: args.filter((arg) => !arg.startsWith('--use-list=')),
      entries: lists[Number(place)],
    }
  }
  return { stages, show }
}

const early = [3, 210, 3400, 211, 3390, 3391, 3392, 3393, 3402, 3250]

describe('planStages', () => {
  it('leaves rights, event triggers and materialized views to the end', () => {
    const { stages, show } = plan(2)
    expect(show(stages.before)).toEqual({
      args: ['--flag', '--no-privileges', '--section=pre-data'],
      entries: early,
    })
    expect(show(stages.after)).toEqual({
      args: ['--flag', '--no-privileges', '--section=post-data', '--jobs=4'],
      entries: early,
    })
    expect(stages.last && show(stages.last)).toEqual({
      args: ['--flag'],
      entries: [3401, 2081, 3240, 3403, 3395],
    })
  })

  it('restores each table once, and what is no table with the first', () => {
    const { stages, show } = plan(2, { 3390: 10, 3391: 90, 3392: 20 })
    const data = stages.data.map(show)
    expect(data.map(({ args }) => args.at(-1))).toEqual(['--section=data', '--section=data'])
    expect(data.map(({ entries }) => entries?.filter((entry) => entry >= 3390))).toEqual([
      [3400, 3391, 3393, 3402],
      [3390, 3392],
    ])
    expect(stages.data.map(({ needs }) => [3390, 3391, 3392, 3393].filter(needs))).toEqual([
      [3391, 3393],
      [3390, 3392],
    ])
  })

  it('leaves to others what they load, and nothing else', () => {
    const { stages, show } = plan(1, {}, [3390, 3391])
    expect(stages.data.map(show)).toEqual([
      {
        args: ['--flag', '--no-privileges', '--section=data'],
        entries: early.filter((entry) => entry !== 3390 && entry !== 3391),
      },
    ])
    expect(show(stages.after).entries).toEqual(early)
  })

  it('shares tables out evenly where nothing is known of them, and needs no idle call', () => {
    const tables = (readers: number) =>
      plan(readers).stages.data.map(({ needs }) => [3390, 3391, 3392].filter(needs))
    expect(tables(2)).toEqual([[3390, 3392], [3391]])
    expect(tables(8)).toEqual([[3390], [3391], [3392]])
  })
})

describe('listedTableData', () => {
  it('has the numbers of tables, and not of what only looks like one', () => {
    expect(listedTableData(list)).toEqual(new Set([3390, 3391, 3392]))
    expect(
      listedTableData('; 3390; 0 1 TABLE DATA a b c\n1; 2 3 COMMENT - TABLE DATA x\n'),
    ).toEqual(new Set())
  })
})
