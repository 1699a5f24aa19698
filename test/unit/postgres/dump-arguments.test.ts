import { describe, expect, it } from 'vitest'
import { dumpArguments } from '../../../action/postgres/dump-arguments.ts'

const options = {
  format: 'plain',
  schemas: [],
  excludeSchemas: [],
  tables: [],
  excludeTables: [],
  excludeTableData: [],
  lockTimeoutMs: 30_000,
  silenceTimeoutMs: 1,
  totalTimeoutMs: 1,
} as const

describe('dumpArguments', () => {
  it('asks for no password and waits for locks within a limit', () => {
    expect(dumpArguments(options)).toEqual([
      '--no-password',
      '--dbname=keepalives_idle=60 keepalives_interval=10 keepalives_count=6',
      '--format=plain',
      '--lock-wait-timeout=30000',
    ])
  })

  it('leaves the compression of an archive to us', () => {
    expect(dumpArguments({ ...options, format: 'custom' })).toContain('--compress=0')
  })

  it('passes filters as patterns that cannot be taken for options', () => {
    const args = dumpArguments({
      ...options,
      schemas: ['a', '--file=/x'],
      excludeSchemas: ['b*'],
      tables: ['"T"'],
      excludeTables: ['-v'],
      excludeTableData: ['log_*'],
    })
    expect(args.slice(4)).toEqual([
      '--schema=a',
      '--schema=--file=/x',
      '--exclude-schema=b*',
      '--table="T"',
      '--exclude-table=-v',
      '--exclude-table-data=log_*',
    ])
    expect(args.every((argument) => argument.startsWith('--'))).toBe(true)
    expect(args).not.toContain('--enable-row-security')
  })
})
