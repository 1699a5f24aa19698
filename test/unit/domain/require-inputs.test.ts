import { describe, expect, it } from 'vitest'
import type { RawInputs } from '../../../action/domain/input-keys.ts'
import { listMissingInputs, requireInputs } from '../../../action/domain/require-inputs.ts'
import { makeInputs } from '../../support/raw-inputs.ts'

const keysOf = (given: Partial<RawInputs>) =>
  listMissingInputs(makeInputs(given)).map((text) => /input "([^"]+)"/.exec(text)?.[1])

describe('listMissingInputs', () => {
  const id = { 'backup-id': 'latest' } as const
  const rows: [Partial<RawInputs>, string[]][] = [
    [{ command: 'backup' }, ['database-url', 'bucket']],
    [{ command: 'backup', 'database-url': 'x', bucket: 'vault' }, []],
    [{ command: 'list' }, ['bucket']],
    [{ command: 'cleanup' }, ['bucket']],
    [{ command: 'repair' }, ['bucket']],
    [{ command: 'delete' }, ['bucket', 'backup-id']],
    [{ command: 'verify' }, ['bucket', 'backup-id']],
    [{ command: 'plan' }, ['bucket', 'backup-id']],
    [{ command: 'plan', 'restore-mode': 'new-database', bucket: 'vault', ...id }, []],
    [{ command: 'verify', level: 'restore', ...id }, ['bucket', 'target-database-url']],
    [{ command: 'restore' }, ['bucket', 'backup-id', 'target-database-url']],
    [{ command: 'restore', bucket: 'vault', ...id, 'database-url': 'x' }, []],
    [
      {
        command: 'restore',
        bucket: 'vault',
        ...id,
        'database-url': 'x',
        'restore-mode': 'new-database',
      },
      [],
    ],
    [{ command: 'restore', undo: '20261122T030012Z-k7q2' }, ['bucket', 'target-database-url']],
    [{ command: 'doctor' }, ['database-url', 'bucket']],
    [{ command: 'check' }, ['bucket']],
    [{ command: 'pin' }, ['bucket', 'backup-id']],
    [{ command: 'unpin', bucket: 'vault' }, ['backup-id']],
    [{ command: 'accept', bucket: 'vault', ...id }, []],
  ]
  it.each(rows)('%o', (given, missing) => {
    expect(keysOf(given)).toEqual(missing)
  })

  it('names the environment variable that would do', () => {
    expect(listMissingInputs(makeInputs({ command: 'list' }))).toEqual([
      'Cannot read input "bucket": it is empty, expected a value for the bucket that holds the backups, or AWS_BACKUP_BUCKET in the environment',
    ])
  })

  it('names both variables that may name the target of a restore', () => {
    const inputs = makeInputs({ command: 'restore', bucket: 'vault', 'backup-id': 'latest' })
    expect(listMissingInputs(inputs)).toEqual([
      'Cannot read input "target-database-url": it is empty, expected a value for the database to restore into, or RESTORE_DATABASE_URL or DATABASE_URL in the environment',
    ])
  })
})

describe('requireInputs', () => {
  it('refuses all that is missing at once', () => {
    expect(() => requireInputs(makeInputs())).toThrow(/database-url.*\n.*bucket/)
  })

  it('leaves the doctor to find out by itself', () => {
    expect(() => requireInputs(makeInputs({ command: 'doctor' }))).not.toThrow()
  })
})
