import { describe, expect, it } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import {
  type FrozenPlan,
  freezePlan,
  keyOf,
  type PlanFacts,
  parseFrozenPlan,
  planCharactersMax,
  serialiseFrozenPlan,
} from '../../../action/domain/frozen-plan.ts'
import { judgePlannedBackup } from '../../../action/domain/judge-frozen-plan.ts'

const backup = {
  id: '20261122T030012Z-k7q2',
  fileUrl: 's3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-DAILY.sql.gz',
  fileSize: 4096,
  checksum: 'a'.repeat(64),
  database: 'shop "ü"\n😀',
  status: 'COMPLETED',
} as const

const facts: PlanFacts = {
  backup,
  action: { command: 'restore', target: 'shop', mode: 'swap' },
  requestedBy: { login: 'asker', id: 1 },
  requestId: 'r-1',
  runId: '5001',
  repository: 'acme/shop',
  now: new Date('2026-11-22T11:00:00.000Z'),
}

const { checksum: _, ...unchecked } = backup

describe('freezePlan', () => {
  it('binds the approval to key, size and digest, without naming the bucket', () => {
    expect(freezePlan(facts)).toEqual({
      version: 1,
      command: 'restore',
      backupId: backup.id,
      key: 'strongroom/backups/20261122T030012Z-k7q2/shop-DAILY.sql.gz',
      size: 4096,
      checksum: backup.checksum,
      database: backup.database,
      target: 'shop',
      mode: 'swap',
      requestedBy: { login: 'asker', id: 1 },
      requestId: 'r-1',
      runId: '5001',
      repository: 'acme/shop',
      createdAt: '2026-11-22T11:00:00.000Z',
    })
  })

  it('freezes the deletion of a failed backup, which has no digest', () => {
    const failed = { ...unchecked, fileSize: 0, status: 'FAILED' } as const
    const plan = freezePlan({ ...facts, backup: failed, action: { command: 'delete' } })
    expect(plan).toMatchObject({ command: 'delete', size: 0 })
    expect(judgePlannedBackup(plan, failed)).toEqual([])
  })

  it.each<readonly [string, string, PlanFacts]>([
    ['backup_not_completed', 'it failed', { ...facts, backup: { ...backup, status: 'FAILED' } }],
    ['invalid_input', 'it has no digest', { ...facts, backup: unchecked }],
    ['invalid_input', 'it has no key', { ...facts, backup: { ...backup, fileUrl: 'x' } }],
    ['invalid_input', 'there is no run', { ...facts, runId: '' }],
    ['invalid_input', 'there is no repository', { ...facts, repository: '' }],
    ['invalid_input', 'the requester has no usable id', { ...facts, requestedBy: { id: 0 } }],
    [
      'invalid_input',
      'there is no target',
      { ...facts, action: { command: 'restore', target: '', mode: 'swap' } },
    ],
  ])('fails with %s where %s', (code, _name, given) => {
    expect(() => freezePlan(given)).toThrow(expect.objectContaining({ code, stage: 'plan' }))
  })
})

describe('serialiseFrozenPlan', () => {
  it('is one line, the same whatever the order of the keys, and is read back', () => {
    const plan = freezePlan(facts)
    const text = serialiseFrozenPlan(plan)
    const reversed = Object.fromEntries(Object.entries(plan).reverse()) as FrozenPlan
    expect(text).not.toContain('\n')
    expect(serialiseFrozenPlan(reversed)).toBe(text)
    expect(parseFrozenPlan(`  ${text}\n`)).toEqual(plan)
    expect(text.startsWith('{"backupId":"20261122T030012Z-k7q2","checksum":')).toBe(true)
  })
})

describe('parseFrozenPlan', () => {
  const text = serialiseFrozenPlan(freezePlan(facts))
  /** The plan's text with other fields. */
  const changed = (fields: object) => JSON.stringify({ ...JSON.parse(text), ...fields })

  it.each(['', ' \n'])('refuses an empty plan, which a dropped output is: %j', (empty) => {
    expect(() => parseFrozenPlan(empty)).toThrow(expect.objectContaining({ code: 'gate_refused' }))
  })

  it.each<readonly [string, string]>([
    ['is no JSON', '{'],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['is of another version', changed({ version: 2 })],
    ['has a key too many', changed({ extra: true })],
    ['has another command', changed({ command: 'backup' })],
    ['has no digest', changed({ checksum: undefined })],
    ['has a digest in capitals', changed({ checksum: 'A'.repeat(64) })],
    ['has an id that leads elsewhere', changed({ backupId: '../../x' })],
    ['has no size', changed({ size: 0 })],
    ['has a broken date', changed({ createdAt: 'yesterday' })],
    ['has no requester', changed({ requestedBy: undefined })],
    ['is too long', `${text}${' '.repeat(planCharactersMax)}`],
  ])('fails with invalid_input where it %s', (_name, given) => {
    expect(() => parseFrozenPlan(given)).toThrow(
      expect.objectContaining({ code: 'invalid_input', stage: 'gate' }),
    )
  })

  it('names the field at fault and never its value', () => {
    const broken = () => parseFrozenPlan(changed({ target: '', key: 5, mode: 'hush' }))
    expect(broken).toThrow(Failure)
    expect(broken).toThrow(/"key", "target", "mode"/)
    expect(broken).not.toThrow(/hush/)
  })
})

describe('judgePlannedBackup', () => {
  const plan = freezePlan(facts)

  it('finds nothing where the bucket holds what was approved', () => {
    expect(judgePlannedBackup(plan, backup)).toEqual([])
  })

  it.each([
    ['backup_gone', 'it is missing', undefined],
    ['backup_gone', 'it was deleted', { ...backup, status: 'DELETED' }],
    ['backup_gone', 'it is another one', { ...backup, id: '20261121T030012Z-aaaa' }],
    ['backup_differs', 'it is not COMPLETED', { ...backup, status: 'FAILED' }],
    ['backup_differs', 'its key', { ...backup, fileUrl: `${backup.fileUrl}x` }],
    ['backup_differs', 'its size', { ...backup, fileSize: 4097 }],
    ['backup_differs', 'its digest', { ...backup, checksum: 'b'.repeat(64) }],
    ['backup_differs', 'its digest is gone', unchecked],
    ['backup_differs', 'its database', { ...backup, database: 'shop' }],
  ] as const)('refuses with %s where %s', (code, _name, actual) => {
    expect(judgePlannedBackup(plan, actual)).toEqual([expect.objectContaining({ code })])
  })
})

describe('keyOf', () => {
  it.each([
    ['s3://vault/a/b', 'a/b'],
    ['s3://vault/', ''],
    ['https://vault/a', ''],
  ])('%s has the key %j', (url, key) => {
    expect(keyOf(url)).toBe(key)
  })
})
