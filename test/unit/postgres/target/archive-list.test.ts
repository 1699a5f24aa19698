import { describe, expect, it } from 'vitest'
import {
  listedExtensions,
  listedSchemasOf,
  onlySchemas,
  withoutExtensions,
} from '../../../../action/postgres/target/archive-list.ts'
import { planArchiveCalls } from '../../../../action/postgres/target/plan-archive-calls.ts'

const list = `;
; Archive created at 2026-11-23 04:27:47 UTC
;
8; 2615 16503 SCHEMA - sales postgres
9; 2615 16504 SCHEMA - sales2 postgres
3400; 0 0 ACL - SCHEMA sales postgres
3; 3079 16505 EXTENSION - pgcrypto${' '}
3401; 0 0 COMMENT - EXTENSION pgcrypto${' '}
4; 3079 16506 EXTENSION - uuid-ossp${' '}
219; 1259 16505 TABLE sales orders postgres
220; 1259 16507 TABLE public orders postgres
221; 1259 16509 TABLE public orders_old postgres
`
const whole = { schemas: [], tables: [], noOwner: false, noPrivileges: false }
const written: string[] = []
const write = (text: string) => {
  written.push(text)
  return `/list-${written.length}`
}

describe('archive lists', () => {
  it('listedExtensions names what the archive creates', () => {
    expect(listedExtensions(list)).toEqual(['pgcrypto', 'uuid-ossp'])
  })

  it('withoutExtensions drops an extension and its comment, and nothing else', () => {
    const rest = withoutExtensions(list, ['pgcrypto'])
    expect(list.split('\n').filter((line) => !rest.split('\n').includes(line))).toEqual([
      '3; 3079 16505 EXTENSION - pgcrypto ',
      '3401; 0 0 COMMENT - EXTENSION pgcrypto ',
    ])
    expect(withoutExtensions(list, [])).toBe(list)
  })

  it('onlySchemas keeps the schemas themselves and what is granted on them', () => {
    expect(onlySchemas(list, ['sales']).split('\n')).toEqual([
      '8; 2615 16503 SCHEMA - sales postgres',
      '3400; 0 0 ACL - SCHEMA sales postgres',
    ])
    expect(onlySchemas(list, ['missing'])).toBe('')
  })

  it('listedSchemasOf finds where tables of a name are', () => {
    expect(listedSchemasOf(list, ['orders'])).toEqual(['sales', 'public'])
  })
})

describe('planArchiveCalls', () => {
  it('is one call without a selection', () => {
    const args = ['--exit-on-error', '--no-owner']
    expect(planArchiveCalls(list, false, { ...whole, noOwner: true }, write)).toEqual([
      { args, selection: args, list, isSelective: false },
    ])
  })

  it('gives a filtered list along', () => {
    expect(planArchiveCalls(list, true, whole, () => '/a')[0]?.args).toContain('--use-list=/a')
  })

  it('makes the schemas by a call of their own', () => {
    const calls = planArchiveCalls(list, false, { ...whole, schemas: ['sales'] }, () => '/a')
    expect(calls.map((call) => call.args)).toEqual([
      ['--exit-on-error', '--use-list=/a'],
      ['--exit-on-error', '--schema=sales'],
    ])
  })

  it('gives each schema of chosen tables a call', () => {
    const tables = ['sales.orders', 'public.orders', 'sales.--file=x']
    const calls = planArchiveCalls(list, false, { ...whole, tables }, () => '/a')
    expect(calls.slice(1).map((call) => call.args.slice(1))).toEqual([
      ['--schema=sales', '--table=orders', '--table=--file=x'],
      ['--schema=public', '--table=orders'],
    ])
  })
})
