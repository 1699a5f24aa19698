import { describe, expect, test } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import type { BackupRecord } from '../../../action/domain/backup-record.ts'
import { entryOf } from '../../../action/domain/entry-of-record.ts'
import { planRepair } from '../../../action/domain/repair-plan.ts'
import type { RepairView } from '../../../action/domain/repair-view.ts'
import { makeBackup, makeRecord } from '../../support/make-backup.ts'

const now = new Date('2026-11-24T12:00:00.000Z')
const dayMs = 86_400_000
const id = '20261122T030012Z-k7q2'
const record = makeRecord()
const entry = entryOf(record)
const folder = `p/backups/${id}/`
const bytesKey = folder + record.filename
const failure = { level: 'bytes', outcome: 'failed', at: '2026-11-23T00:00:00.000Z' } as const

function object(key: string, changes: { size?: number; modifiedAt?: Date } = {}) {
  return { key, size: 1_000_000, modifiedAt: new Date('2026-11-22T03:00:00.000Z'), ...changes }
}

const whole = [object(bytesKey), object(`${folder}backup.json`, { size: 900 })]

function found(changes: Partial<BackupRecord> = {}): RepairView['records'] {
  return new Map([[id, { kind: 'found', record: makeRecord(changes) } as const]])
}

const missing: RepairView['records'] = new Map([[id, { kind: 'missing' }]])
const corrupt: RepairView['records'] = new Map([[id, { kind: 'corrupt', reason: 'no JSON' }]])

function plan(changes: Partial<RepairView> = {}) {
  const view: RepairView = {
    prefix: 'p',
    entries: [entry],
    records: found(),
    objects: whole,
    uploads: [],
    now,
    graceMs: dayMs,
    ...changes,
  }
  const made = planRepair(view)
  const again = planRepair({ ...view, entries: made.backups })
  expect(again.backups).toEqual(made.backups)
  expect(again.findings.filter(({ action }) => action === 'mended')).toEqual([])
  return made
}

function kinds({ findings }: ReturnType<typeof plan>): string[] {
  return findings.map(({ kind, action }) => `${kind}:${action}`)
}

describe('planRepair', () => {
  test('finds nothing in a prefix that is whole', () => {
    expect(plan()).toEqual({ backups: [entry], findings: [], deletable: [] })
  })

  test('rebuilds entries from records, in the order of ids', () => {
    const second = '20261123T030012Z-abcd'
    const records: RepairView['records'] = new Map([
      [second, { kind: 'found', record: makeRecord({ id: second, filename: record.filename }) }],
      ...found(),
    ])
    const objects = [...whole, object(`p/backups/${second}/${record.filename}`)]
    const made = plan({ entries: [], records, objects })
    expect(made.backups.map((backup) => backup.id)).toEqual([id, second])
    expect(made.backups[0]).toEqual(entry)
    expect(kinds(made)).toEqual(['missing_entry:mended', 'missing_entry:mended'])
  })

  test.each([
    ['checksum', { checksum: 'b'.repeat(64) }],
    ['fileSize', { fileSize: 1 }],
    ['type', { type: 'MANUAL' as const }],
    ['database', { database: 'other' }],
  ])('lets the record win over the entry in %s', (key, changes) => {
    const made = plan({ entries: [{ ...entry, ...changes }] })
    expect(made.backups).toEqual([entry])
    expect(made.findings).toEqual([
      {
        kind: 'disagreement',
        id,
        text: `The manifest and the record differed in ${key}`,
        action: 'mended',
      },
    ])
  })

  test.each(['IN_PROGRESS', 'FAILED', 'PENDING'] as const)(
    'completes an entry that says %s where there is a record',
    (status) => {
      const upload = { key: bytesKey, uploadId: 'u' }
      const staleAfter = '2026-11-22T04:00:00.000Z'
      const made = plan({ entries: [{ ...entry, status, error: 'x', upload, staleAfter }] })
      expect(made.backups).toEqual([entry])
      expect(kinds(made)).toEqual(['disagreement:mended'])
    },
  )

  test('keeps what only the manifest knows', () => {
    const learned = {
      later: 1,
      verification: { ...failure, outcome: 'verified' as const },
      verifiedAt: failure.at,
      restores: [{ at: failure.at, mode: 'swap', target: 'shop', outcome: 'restored' } as const],
    }
    const made = plan({ entries: [{ ...entry, ...learned, checksum: 'b'.repeat(64) }] })
    expect(made.backups).toEqual([{ ...entry, ...learned }])
  })

  test('never leaves COMPLETED what has no record, and keeps its bytes', () => {
    const made = plan({ records: missing, objects: [object(bytesKey)] })
    expect(made.backups).toMatchObject([
      { status: 'FAILED', fileSize: 0, checksum: entry.checksum, error: expect.any(String) },
    ])
    expect(kinds(made)).toEqual(['missing_record:mended', 'orphan_bytes:reported'])
    expect(made.deletable).toEqual([])
  })

  test('never leaves COMPLETED what has no bytes', () => {
    const made = plan({ objects: [object(`${folder}backup.json`)] })
    expect(made.backups).toMatchObject([{ status: 'FAILED', fileSize: 0 }])
    expect(kinds(made)).toEqual(['missing_bytes:mended'])
    expect(kinds(plan({ objects: [], entries: made.backups }))).toEqual(['missing_bytes:reported'])
  })

  test.each([
    ['record', { records: missing }, 'missing_record'],
    ['bytes', { objects: [object(`${folder}backup.json`)] }, 'missing_bytes'],
  ])('demotes nothing for a missing %s that has only just ended', (_, changes, kind) => {
    const at = (ageMs: number) => {
      const completedAt = new Date(now.getTime() - ageMs).toISOString()
      const records = found({ completedAt })
      return plan({ records, entries: [{ ...entry, completedAt }], ...changes })
    }
    const minutes = 60_000
    for (const young of [at(15 * minutes), at(-minutes)]) {
      expect(young.backups).toMatchObject([{ status: 'COMPLETED' }])
      expect(kinds(young)[0]).toBe(`${kind}:reported`)
      expect(young.deletable).toEqual([])
    }
    expect(at(15 * minutes + 1).backups).toMatchObject([{ status: 'FAILED' }])
  })

  test('dates a COMPLETED entry without end by its start', () => {
    const { completedAt: _, ...endless } = entry
    expect(plan({ records: missing, entries: [endless] }).backups).toMatchObject([
      { status: 'FAILED' },
    ])
  })

  test('marks what has another size than its record says', () => {
    const made = plan({ objects: [object(bytesKey, { size: 5 })] })
    expect(made.backups).toMatchObject([
      { status: 'COMPLETED', verification: { outcome: 'failed', at: now.toISOString() } },
    ])
    expect(kinds(made)).toEqual(['size_mismatch:mended'])
    expect(
      kinds(plan({ objects: [object(bytesKey, { size: 5 })], entries: made.backups })),
    ).toEqual(['size_mismatch:reported'])
  })

  test.each([
    ['cannot be read', corrupt, 'no JSON'],
    ['is of another backup', found({ id: '20261101T000000Z-abcd' }), 'it is the record of'],
  ])('marks a COMPLETED entry whose record %s', (_, records, text) => {
    const made = plan({ records })
    expect(made.backups).toMatchObject([
      { status: 'COMPLETED', verification: { outcome: 'failed' } },
    ])
    expect(kinds(made)).toEqual(['corrupt_record:mended'])
    expect(made.findings[0]?.text).toContain(text)
    expect(made.deletable).toEqual([])
    const known = plan({ records, entries: [{ ...entry, verification: failure }] })
    expect(kinds(known)).toEqual(['corrupt_record:reported'])
  })

  test('makes no entry of a record that cannot be read, and touches no other', () => {
    const made = plan({ records: corrupt, entries: [] })
    expect(made).toMatchObject({ backups: [], deletable: [] })
    expect(kinds(made)).toEqual(['corrupt_record:reported'])
    const failed: Backup = { ...entry, status: 'FAILED' }
    expect(plan({ records: corrupt, entries: [failed] }).backups).toEqual([failed])
  })

  test('concludes nothing about a record that was not read', () => {
    expect(plan({ records: new Map() })).toEqual({ backups: [entry], findings: [], deletable: [] })
    expect(plan({ records: missing, entries: [], objects: [] }).backups).toEqual([])
  })

  test('keeps FAILED and running entries, and buries the dead', () => {
    const failed = makeBackup({ id: '20261101T000000Z-aaaa', status: 'FAILED' })
    const running = makeBackup({
      id: '20261124T110000Z-bbbb',
      status: 'IN_PROGRESS',
      createdAt: '2026-11-24T11:00:00.000Z',
    })
    const dead: Backup = {
      ...makeBackup({ id: '20261120T000000Z-cccc', status: 'PENDING' }),
      upload: { key: 'k', uploadId: 'u' },
      staleAfter: '2026-11-22T04:00:00.000Z',
    }
    const entries = [failed, running, dead]
    const records: RepairView['records'] = new Map(
      entries.map((one) => [one.id, { kind: 'missing' } as const]),
    )
    const made = plan({ entries, records, objects: [] })
    expect(made.backups).toMatchObject([failed, running, { status: 'FAILED', fileSize: 0 }])
    expect(made.backups[2]).not.toHaveProperty('upload')
    expect(kinds(made)).toEqual(['stale_backup:mended'])
  })

  describe('objects', () => {
    const orphan = { entries: [], records: missing }

    test('offers bytes without a record once they are old enough', () => {
      const at = (ageMs: number) => [
        object(bytesKey, { modifiedAt: new Date(now.getTime() - ageMs) }),
      ]
      const old = plan({ ...orphan, objects: at(dayMs + 1) })
      expect(old.deletable).toEqual([
        {
          target: { kind: 'object', key: bytesKey, sizeBytes: 1_000_000 },
          finding: old.findings[0],
        },
      ])
      const young = plan({ ...orphan, objects: at(dayMs) })
      expect(kinds(young)).toEqual(['orphan_bytes:reported'])
      expect(young.findings[0]?.text).toContain('too young')
      expect(young.deletable).toEqual([])
    })

    test('sees bytes as orphans beside which no record is listed', () => {
      const made = plan({ entries: [], records: new Map(), objects: [object(bytesKey)] })
      expect(made.deletable.map(({ target }) => target.key)).toEqual([bytesKey])
    })

    test('leaves bytes alone whose run is at work, or whose record was not read', () => {
      const { checksum: _, ...begun } = entry
      const running: Backup = {
        ...begun,
        status: 'IN_PROGRESS',
        staleAfter: '2026-11-25T00:00:00.000Z',
      }
      const objects = [object(bytesKey)]
      expect(plan({ entries: [running], records: missing, objects }).findings).toEqual([])
      expect(plan({ entries: [], records: new Map(), objects: whole }).findings).toEqual([])
      const stale = plan({
        entries: [{ ...begun, status: 'IN_PROGRESS' }],
        records: missing,
        objects,
      })
      expect(kinds(stale)).toEqual(['stale_backup:mended', 'orphan_bytes:reported'])
      expect(stale.deletable).toHaveLength(1)
    })

    test('offers what a deletion left behind, record and bytes, once it is old enough', () => {
      const deleted = (deletedAt?: string): Backup => ({
        ...entry,
        status: 'DELETED',
        ...(deletedAt !== undefined && { deletedAt }),
      })
      const old = plan({ entries: [deleted('2026-11-23T00:00:00.000Z')] })
      expect(old.backups).toEqual([deleted('2026-11-23T00:00:00.000Z')])
      expect(old.deletable.map(({ target }) => target.key)).toEqual(
        [bytesKey, `${folder}backup.json`].sort(),
      )
      expect(plan({ entries: [deleted('2026-11-24T00:00:00.000Z')] }).deletable).toEqual([])
      expect(plan({ entries: [deleted()] }).deletable).toHaveLength(2)
    })

    test.each([
      'p/backups/readme.txt',
      `p/backups/${id}/notes.txt`,
      `p/backups/${id}/a/b`,
      'p/backups/other/x.sql.gz',
    ])('never touches %s', (key) => {
      const made = plan({ objects: [...whole, object(key)] })
      expect(made.findings).toEqual([
        {
          kind: 'foreign_object',
          key,
          text: 'Strongroom did not write this and leaves it alone',
          action: 'none',
        },
      ])
      expect(plan({ ...orphan, objects: [object(key)] }).deletable).toEqual([])
    })
  })

  describe('uploads', () => {
    const upload = {
      key: bytesKey,
      uploadId: 'u',
      startedAt: new Date(now.getTime() - dayMs - 1),
    }

    test('offers a dangling one once it is old enough', () => {
      const made = plan({ uploads: [upload, { ...upload, uploadId: 'v', startedAt: now }] })
      expect(kinds(made)).toEqual(['dangling_upload:reported', 'dangling_upload:reported'])
      expect(made.deletable.map(({ target }) => target)).toEqual([
        { kind: 'upload', key: bytesKey, uploadId: 'u' },
      ])
    })

    test('leaves the one of a run at work alone, and foreign ones', () => {
      const running: Backup = {
        ...entry,
        status: 'IN_PROGRESS',
        staleAfter: '2026-11-25T00:00:00.000Z',
      }
      const view = { entries: [running], records: missing, objects: [] }
      expect(plan({ ...view, uploads: [upload] }).findings).toEqual([])
      const foreign = plan({
        uploads: [
          { ...upload, key: 'p/backups/x' },
          { ...upload, key: `${folder}x` },
        ],
      })
      expect(kinds(foreign)).toEqual(['foreign_object:none', 'foreign_object:none'])
      expect(foreign.deletable).toEqual([])
    })
  })

  test('tells objects and uploads in the order of their keys', () => {
    const objects = ['p/backups/b', 'p/backups/a', 'p/backups/a'].map((key) => object(key))
    const made = plan({ objects: [...objects, ...whole] })
    expect(made.findings.map(({ key }) => key)).toEqual([
      'p/backups/a',
      'p/backups/a',
      'p/backups/b',
    ])
  })
})
