import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../../../action/domain/audit-entry.ts'
import type { Backup } from '../../../action/domain/backup.ts'
import { putBackup } from '../../../action/domain/manifest-changes.ts'
import type { Catalog, ChangeOutcome, ManifestChange } from '../../../action/job/ports.ts'
import { createCatalog } from '../../../action/storage/create-catalog.ts'
import {
  createMemoryWorld,
  entry,
  type MemoryWorld,
  record,
  someId,
  unreachable,
} from './memory-world.ts'

const manifestKey = 'shop/manifest.json'

function adding(backup: Backup): ManifestChange<string> {
  return {
    decide: (manifest) => ({ manifest: putBackup(manifest, backup), value: backup.id }),
    isApplied: (manifest) => manifest.backups.some(({ id }) => id === backup.id),
  }
}

const looking: ManifestChange<number> = {
  decide: (manifest) => ({ value: manifest.backups.length }),
  isApplied: () => false,
}

function manifest(backups: readonly unknown[], more: object = {}): string {
  const updatedAt = '2026-11-22T03:00:00.000Z'
  return JSON.stringify({ version: 1, revision: 3, updatedAt, backups, ...more })
}

function putRecord(world: MemoryWorld, id: string): void {
  world.store.set(world.keys.record(id), JSON.stringify(record(id)))
}

function ids(world: MemoryWorld): string[] {
  const value = JSON.parse(world.store.text(manifestKey)) as { backups: { id: string }[] }
  return value.backups.map(({ id }) => id)
}

function idOf(index: number): string {
  return `20261122T0300${String(index).padStart(2, '0')}Z-aaaa`
}

function keysBelow(world: MemoryWorld, prefix: string): string[] {
  return [...world.store.objects.keys()].filter((key) => key.startsWith(prefix))
}

function open(): { world: MemoryWorld; catalog: Catalog } {
  const world = createMemoryWorld()
  return { world, catalog: createCatalog(world) }
}

describe('catalog.read', () => {
  it('answers from the manifest', async () => {
    const { world, catalog } = open()
    world.store.set(manifestKey, manifest([entry()]))
    expect(await catalog.read()).toEqual({ backups: [entry()], source: 'manifest', revision: 3 })
  })

  it('answers nothing, and no problem, for an empty prefix', async () => {
    const { world, catalog } = open()
    expect(await catalog.read()).toEqual({ backups: [], source: 'records' })
    expect(world.store.objects.size).toBe(0)
  })

  it.each([
    ['missing', undefined, 'there is no manifest.json'],
    ['no JSON', '{"version":', 'manifest.json: it is not JSON'],
    ['no UTF-8', new Uint8Array([0xff, 0xfe]), 'manifest.json: it is not JSON'],
    ['another shape', '[]', 'manifest.json: Invalid input: expected object, received array'],
    [
      'an invalid entry',
      manifest([{ ...entry(), fileSize: -1 }]),
      'manifest.json: "backups.0.fileSize": Too small: expected number to be >=0',
    ],
  ])(
    'answers from the records where the manifest is %s, and writes nothing',
    async (_, content, problem) => {
      const { world, catalog } = open()
      if (content !== undefined) world.store.set(manifestKey, content)
      putRecord(world, someId)
      const before = world.store.objects.size
      expect(await catalog.read()).toEqual({
        backups: [entry(someId, { serverVersion: '15.18' })],
        source: 'records',
        problem,
      })
      expect(world.store.objects.size).toBe(before)
      expect(world.store.calls.some(({ operation }) => operation === 'putIf')).toBe(false)
    },
  )

  it('leaves a record out that cannot be read, and says so', async () => {
    const { world, catalog } = open()
    putRecord(world, someId)
    world.store.set(world.keys.record(idOf(1)), '{}')
    world.store.set(world.keys.record(idOf(2)), JSON.stringify(record(someId)))
    const { backups } = await catalog.read()
    expect(backups.map(({ id }) => id)).toEqual([someId])
    expect(world.warnings).toHaveLength(2)
    expect(world.warnings[1]).toContain(`it is the record of ${someId}`)
  })

  it.each([2, '1', 0])('refuses a manifest of version %j', async (version) => {
    const { world, catalog } = open()
    world.store.set(manifestKey, manifest([], { version }))
    await expect(catalog.read()).rejects.toMatchObject({ code: 'manifest_version_unknown' })
    await expect(catalog.change(adding(entry()))).rejects.toMatchObject({
      code: 'manifest_version_unknown',
    })
    expect(JSON.parse(world.store.text(manifestKey))).toMatchObject({ version, revision: 3 })
  })
})

describe('catalog.change', () => {
  it('creates the manifest of an empty prefix', async () => {
    const { world, catalog } = open()
    expect(await catalog.change(adding(entry()))).toEqual({ value: someId, index: 'written' })
    expect(JSON.parse(world.store.text(manifestKey))).toMatchObject({
      version: 1,
      revision: 1,
      backups: [{ id: someId }],
    })
    expect([...world.store.objects.keys()]).toEqual([manifestKey])
  })

  it('writes nothing where nothing changes', async () => {
    const { world, catalog } = open()
    expect(await catalog.change(looking)).toEqual({ value: 0, index: 'unchanged' })
    expect(world.store.objects.size).toBe(0)
  })

  it('keeps other entries, whatever their status, and keys that it does not know', async () => {
    const { world, catalog } = open()
    const failed = {
      ...entry(idOf(1), { status: 'FAILED', fileSize: 0 }),
      fromTheFuture: { deep: [1] },
    }
    const running = entry(idOf(2), { status: 'IN_PROGRESS' })
    world.store.set(manifestKey, manifest([failed, running], { alsoNew: true }))
    await catalog.change(adding(entry()))
    expect(JSON.parse(world.store.text(manifestKey))).toMatchObject({
      revision: 4,
      alsoNew: true,
      backups: [failed, running, { id: someId }],
    })
  })

  it.each(['unknown', 'condition_failed', 'conflict', 'missing'] as const)(
    'takes "%s" for nothing: finds its change where it had been written',
    async (kind) => {
      const { world, catalog } = open()
      await catalog.change(looking)
      world.store.meddle = ({ operation, key }) =>
        operation === 'putIf' && key === manifestKey ? { butAnswer: kind } : undefined
      expect(await catalog.change(adding(entry()))).toEqual({ value: someId, index: 'written' })
      expect(ids(world)).toEqual([someId])
      expect(JSON.parse(world.store.text(manifestKey))).toMatchObject({ revision: 1 })
    },
  )

  it.each(['unknown', 'condition_failed', 'conflict', 'missing'] as const)(
    'takes "%s" for nothing: tries again where it had not been written',
    async (kind) => {
      const { world, catalog } = open()
      await catalog.change(looking)
      let tries = 0
      world.store.meddle = ({ operation, key }) => {
        if (operation !== 'putIf' || key !== manifestKey) return undefined
        tries += 1
        return tries < 4 ? { instead: kind } : undefined
      }
      expect(await catalog.change(adding(entry()))).toEqual({ value: someId, index: 'written' })
      expect(tries).toBe(4)
    },
  )

  it('gives up softly after ten tries, with the reason', async () => {
    const { world, catalog } = open()
    let tries = 0
    world.store.meddle = ({ operation, key }) => {
      if (operation !== 'putIf' || key !== manifestKey) return undefined
      tries += 1
      return { instead: 'unknown' }
    }
    expect(await catalog.change(adding(entry()))).toEqual({
      value: someId,
      index: 'stale',
      reason: `10 tries to write manifest.json failed: ${unreachable().message}`,
    })
    expect(tries).toBe(10)
  })

  it('finds its change even where only the tenth try had written it', async () => {
    const { world, catalog } = open()
    let tries = 0
    world.store.meddle = ({ operation, key }) => {
      if (operation !== 'putIf' || key !== manifestKey) return undefined
      tries += 1
      return tries === 10 ? { butAnswer: 'unknown' } : { instead: 'unknown' }
    }
    expect(await catalog.change(adding(entry()))).toEqual({ value: someId, index: 'written' })
  })

  it('is stale where the bucket can no longer be read after the write', async () => {
    const { world, catalog } = open()
    let isGone = false
    world.store.meddle = ({ operation, key }) => {
      if (operation === 'putIf' && key === manifestKey) isGone = true
      if (isGone && operation === 'get') return { fail: unreachable() }
      return isGone ? { instead: 'unknown' } : undefined
    }
    expect(await catalog.change(adding(entry()))).toMatchObject({ value: someId, index: 'stale' })
  })

  it('loses nothing of eight concurrent writers', async () => {
    const { world } = open()
    const catalogs = Array.from({ length: 8 }, () => createCatalog(world))
    const outcomes = await Promise.all(
      catalogs.map((catalog, index) => catalog.change(adding(entry(idOf(index))))),
    )
    expect(new Set(outcomes.map(({ index }: ChangeOutcome<string>) => index))).toEqual(
      new Set(['written']),
    )
    expect(ids(world).toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => idOf(index)))
    expect(JSON.parse(world.store.text(manifestKey))).toMatchObject({ revision: 8 })
  })

  it('rebuilds a missing manifest from the records', async () => {
    const { world, catalog } = open()
    putRecord(world, idOf(1))
    putRecord(world, idOf(2))
    expect(await catalog.change(adding(entry()))).toMatchObject({ index: 'written' })
    expect(ids(world)).toEqual([idOf(1), idOf(2), someId])
    expect(keysBelow(world, 'shop/quarantine/')).toEqual([])
  })

  it('rebuilds what people had said of backups from the audit trail', async () => {
    const { world, catalog } = open()
    for (const index of [1, 2, 3]) putRecord(world, idOf(index))
    const say = async (action: AuditEntry['action'], second: number, ...backupIds: string[]) => {
      const at = `2026-11-22T04:00:0${second}.000Z`
      await catalog.writeAudit({
        version: 1,
        at,
        action,
        outcome: 'completed',
        actor: 'ada',
        backupIds,
      })
    }
    await say('pin', 1, idOf(1), idOf(3))
    await say('unpin', 3, idOf(3))
    await say('accept', 2, idOf(2))
    await say('verify', 4, idOf(1))
    await catalog.change(looking)
    const { backups } = JSON.parse(world.store.text(manifestKey)) as { backups: Backup[] }
    const ada = (second: number) => ({ at: `2026-11-22T04:00:0${second}.000Z`, by: 'ada' })
    expect(backups.map(({ pinned, accepted }) => ({ pinned, accepted }))).toEqual([
      { pinned: ada(1), accepted: undefined },
      { pinned: undefined, accepted: ada(2) },
      { pinned: undefined, accepted: undefined },
    ])
  })

  it('rebuilds nothing where the audit trail cannot be read', async () => {
    const { world, catalog } = open()
    putRecord(world, idOf(1))
    world.store.meddle = ({ operation, key }) =>
      operation === 'list' && key.startsWith('shop/audit/') ? { fail: unreachable() } : undefined
    await expect(catalog.change(looking)).rejects.toMatchObject({ code: 'bucket_unreachable' })
    expect(world.store.objects.has(manifestKey)).toBe(false)
  })

  it('quarantines a corrupt manifest once and rebuilds it, also without a change', async () => {
    const { world, catalog } = open()
    world.store.set(manifestKey, '{"version":1,"backups":"gone"}')
    putRecord(world, idOf(1))
    let tries = 0
    world.store.meddle = ({ operation, key }) => {
      if (operation !== 'putIf' || key !== manifestKey) return undefined
      tries += 1
      return tries < 3 ? { instead: 'unknown' } : undefined
    }
    expect(await catalog.change(looking)).toEqual({ value: 1, index: 'written' })
    expect(ids(world)).toEqual([idOf(1)])
    const [copy, ...others] = keysBelow(world, 'shop/quarantine/')
    expect(others).toEqual([])
    expect(world.store.text(copy ?? '')).toBe('{"version":1,"backups":"gone"}')
    expect(world.warnings.join()).toContain('rebuilt from 1 record')
  })

  it('does not believe a single bent reading', async () => {
    const { world, catalog } = open()
    world.store.set(manifestKey, manifest([entry(idOf(1), { status: 'FAILED' })]))
    const { get } = world.store
    let readings = 0
    world.store.get = async (key, purpose) => {
      const document = await get(key, purpose)
      readings += 1
      if (document === undefined || readings > 1) return document
      return { ...document, bytes: document.bytes.subarray(10) }
    }
    await catalog.change(adding(entry()))
    expect(ids(world)).toEqual([idOf(1), someId])
    expect(keysBelow(world, 'shop/quarantine/')).toEqual([])
  })

  it('keeps a corrupt manifest in its place where no copy can be made', async () => {
    const { world, catalog } = open()
    world.store.set(manifestKey, 'garbage')
    world.store.meddle = ({ operation, key }) =>
      operation === 'putIf' && key.includes('/quarantine/') ? { instead: 'unknown' } : undefined
    await expect(catalog.change(adding(entry()))).rejects.toMatchObject({
      code: 'manifest_unwritable',
    })
    expect(world.store.text(manifestKey)).toBe('garbage')
  })

  it('refuses to write what could not be read back', async () => {
    const { world, catalog } = open()
    await expect(catalog.change(adding(entry(someId, { fileSize: -1 })))).rejects.toMatchObject({
      code: 'manifest_unwritable',
    })
    expect(world.store.objects.size).toBe(0)
  })

  it.each(['refused', 'ignored'] as const)(
    'writes no manifest where conditions are %s, and decides on the records',
    async (conditions) => {
      const world = createMemoryWorld({ conditions })
      const catalog = createCatalog(world)
      putRecord(world, idOf(1))
      expect(await catalog.change(looking)).toMatchObject({ value: 1, index: 'unsupported' })
      expect(await catalog.change(adding(entry()))).toMatchObject({ index: 'unsupported' })
      expect([...world.store.objects.keys()]).toEqual([world.keys.record(idOf(1))])
      const probes = world.store.calls.filter(({ key }) => key.startsWith('shop/probe/'))
      expect(probes.length).toBeLessThanOrEqual(4)
    },
  )

  it('ends with the reason of the signal', async () => {
    const { world, catalog } = open()
    const abort = new AbortController()
    world.store.meddle = ({ operation, key }) => {
      if (operation !== 'putIf' || key !== manifestKey) return undefined
      abort.abort(new Error('stopped'))
      return { instead: 'unknown' }
    }
    await expect(catalog.change(adding(entry()), abort.signal)).rejects.toThrow('stopped')
  })
})

describe('catalog.writeRecord', () => {
  it('writes the record once', async () => {
    const { world, catalog } = open()
    await catalog.writeRecord(record())
    expect(await catalog.readRecord(someId)).toEqual({ kind: 'found', record: record() })
    expect([...world.store.objects.keys()]).toEqual([world.keys.record(someId)])
  })

  it('accepts its own record of a try whose answer was lost', async () => {
    const { world, catalog } = open()
    world.store.meddle = ({ operation, key }) =>
      operation === 'putIf' && key.endsWith('backup.json') ? { butAnswer: 'unknown' } : undefined
    await catalog.writeRecord(record())
    expect(await catalog.readRecord(someId)).toMatchObject({ kind: 'found' })
  })

  it.each(['honoured', 'refused', 'ignored'] as const)(
    'never writes over the record of another run where conditions are %s',
    async (conditions) => {
      const world = createMemoryWorld({ conditions })
      const catalog = createCatalog(world)
      await catalog.writeRecord(record())
      await expect(
        catalog.writeRecord(record(someId, { nonce: 'nonce-of-another' })),
      ).rejects.toMatchObject({ code: 'commit_failed' })
      expect(await catalog.readRecord(someId)).toEqual({ kind: 'found', record: record() })
    },
  )

  it('fails where no try is confirmed', async () => {
    const { world, catalog } = open()
    world.store.meddle = ({ operation, key }) =>
      operation === 'putIf' && key.endsWith('backup.json') ? { instead: 'unknown' } : undefined
    await expect(catalog.writeRecord(record())).rejects.toMatchObject({ code: 'commit_failed' })
  })
})

describe('catalog records', () => {
  it('lists ids of records only', async () => {
    const { world, catalog } = open()
    putRecord(world, idOf(2))
    putRecord(world, idOf(1))
    world.store.set(`shop/backups/${idOf(3)}/shop.sql.gz`, 'bytes')
    world.store.set('shop/backups/readme/backup.json', '{}')
    world.store.set(`shop/backups/${idOf(3)}/deeper/backup.json`, '{}')
    expect(await Array.fromAsync(catalog.listRecordIds())).toEqual([idOf(1), idOf(2)])
  })

  it('tells removed, absent and retained apart', async () => {
    const world = createMemoryWorld({ locks: (key) => key.includes(idOf(2)) })
    const catalog = createCatalog(world)
    putRecord(world, idOf(1))
    putRecord(world, idOf(2))
    expect(await catalog.removeRecord(idOf(1))).toBe('removed')
    expect(await catalog.removeRecord(idOf(1))).toBe('absent')
    expect(await catalog.removeRecord(idOf(2))).toBe('retained')
    expect(await catalog.readRecord(idOf(2))).toMatchObject({ kind: 'found' })
  })

  it('reads each record once, and again where the listing shows another', async () => {
    const { world, catalog } = open()
    putRecord(world, idOf(1))
    world.store.set(world.keys.record(idOf(2)), 'no JSON')
    const readings = await catalog.readRecords()
    expect([...readings].map(([id, { kind }]) => [id, kind])).toEqual([
      [idOf(1), 'found'],
      [idOf(2), 'corrupt'],
    ])
    const countReads = () => world.store.calls.filter(({ operation }) => operation === 'get').length
    const before = countReads()
    expect((await catalog.read()).backups.map(({ id }) => id)).toEqual([idOf(1)])
    // The manifest that is not there, and the record that could not be read.
    expect(countReads() - before).toBe(2)
    world.store.set(world.keys.record(idOf(1)), JSON.stringify(record(idOf(3))))
    expect((await catalog.readRecords()).get(idOf(1))).toMatchObject({ kind: 'corrupt' })
    world.store.objects.delete(world.keys.record(idOf(1)))
    expect([...(await catalog.readRecords()).keys()]).toEqual([idOf(2)])
  })

  it('builds no key from what is no id', async () => {
    const { catalog } = open()
    await expect(catalog.readRecord('../manifest.json')).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })
})

describe('catalog.writeAudit', () => {
  const audit: AuditEntry = {
    version: 1,
    at: '2026-11-22T03:00:12.123Z',
    action: 'backup',
    outcome: 'completed',
    actor: 'octocat',
    backupIds: [someId],
  }

  it('writes one object below the month', async () => {
    const { world, catalog } = open()
    const key = await catalog.writeAudit(audit)
    expect(key).toMatch(/^shop\/audit\/2026\/11\/20261122T030012\.123Z-backup-[a-z2-7]{16}\.json$/)
    expect(JSON.parse(world.store.text(key))).toEqual(audit)
  })

  it('writes one object where the answer to it was lost', async () => {
    const { world, catalog } = open()
    let isFirst = true
    world.store.meddle = ({ operation, key }) => {
      if (operation !== 'putIf' || !key.includes('/audit/') || !isFirst) return undefined
      isFirst = false
      return { butAnswer: 'unknown' }
    }
    await catalog.writeAudit(audit)
    expect(keysBelow(world, 'shop/audit/')).toHaveLength(1)
  })
})
