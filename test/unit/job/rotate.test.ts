import { describe, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { cleanUp } from '../../../action/job/clean-up.ts'
import { rotate } from '../../../action/job/rotate.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'
import { createAgedWorld, newestId, olderId, oldestId, retention } from './aged-world.ts'

type World = Awaited<ReturnType<typeof createAgedWorld>>

const run = { retention, dryRun: false } as const
const cleaning = { ...run, actor: 'ada' } as const
const writing = /change|write|remove|acquire|abort/

function statusesOf(world: World) {
  return [oldestId, olderId, newestId].map((id) => world.entry(id)?.status)
}

describe('rotate', () => {
  test('deletes what has expired: index, record, bytes, in that order, under the lease', async () => {
    const world = await createAgedWorld()
    const report = await rotate(world.ports, run)
    expect(report).toMatchObject({ deleted: [olderId, oldestId], retained: [], dryRun: false })
    expect(report.freedBytes).toBe(world.oldest.fileSize + world.older.fileSize)
    expect(statusesOf(world)).toEqual(['DELETED', 'DELETED', 'COMPLETED'])
    expect([...world.catalogState.records.keys()]).toEqual([newestId])
    expect(world.vaultState.objects.size).toBe(1)
    expect(world.calls.names.filter((name) => writing.test(name))).toEqual([
      'catalog.acquireLease',
      'catalog.change',
      'catalog.removeRecord',
      'vault.remove',
      'catalog.removeRecord',
      'vault.remove',
    ])
    expect(world.catalogState.leases.size).toBe(0)
  })

  test('prints in a dry run just what a run does, and changes nothing', async () => {
    const world = await createAgedWorld()
    const plan = await rotate(world.ports, { ...run, dryRun: true })
    expect(world.calls.names.filter((name) => writing.test(name))).toEqual([])
    const report = await rotate(world.ports, run)
    expect({ ...report, dryRun: true }).toEqual(plan)
  })

  test('takes no lease where there is nothing to do', async () => {
    const world = await createAgedWorld()
    world.clock.advance(-60 * 86_400_000)
    await rotate(world.ports, run)
    expect(world.calls.names).toEqual(['catalog.read'])
  })

  test('deletes nothing that is old by the clock of the machine alone', async () => {
    const world = await createAgedWorld()
    world.clock.advance(400 * 86_400_000)
    world.bucketState.behindMs = 460 * 86_400_000
    const report = await rotate(world.ports, run)
    expect(report).toMatchObject({ deleted: [], retained: [] })
    expect(statusesOf(world)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
  })

  test('takes a backup of this second for no future one where the bucket tells its time late', async () => {
    const world = await createAgedWorld()
    world.addEntry({ ...world.newest, completedAt: world.clock.now().toISOString() })
    world.bucketState.behindMs = 900
    const { deleted, warnings } = await rotate(world.ports, run)
    expect({ deleted, warnings }).toEqual({ deleted: [olderId, oldestId], warnings: [] })
  })

  test('deletes nothing that is old by the clock of the bucket alone', async () => {
    const world = await createAgedWorld()
    world.clock.advance(-60 * 86_400_000)
    world.bucketState.behindMs = -60 * 86_400_000
    expect((await rotate(world.ports, run)).deleted).toEqual([])
  })

  test('deletes only what was agreed to', async () => {
    const world = await createAgedWorld()
    const report = await rotate(world.ports, { ...run, agreedIds: new Set([oldestId]) })
    expect(report.deleted).toEqual([oldestId])
    const kept = report.items.find(({ id }) => id === olderId)
    expect(kept).toMatchObject({ decision: 'keep', reason: 'expired after the plan was agreed to' })
    expect(statusesOf(world)).toEqual(['DELETED', 'COMPLETED', 'COMPLETED'])
  })

  test('refuses while another run holds the lease', async () => {
    const world = await createAgedWorld()
    world.catalogState.leases.set('exclusive', 'a restore')
    const report = await rotate(world.ports, run)
    expect(report).toMatchObject({ deleted: [], freedBytes: 0 })
    expect(report.refusal).toContain('a restore')
    expect(world.catalogState.records.size).toBe(3)
    expect(world.catalogState.leases.get('exclusive')).toBe('a restore')
  })

  test.each([
    ['stale', 'The manifest could not be written'],
    ['unsupported', 'refuses the conditional writes'],
  ] as const)('deletes nothing where a manifest ends %s', async (index, refusal) => {
    const world = await createAgedWorld()
    world.catalogState.index = () => index
    const report = await rotate(world.ports, run)
    expect(report.refusal).toContain(refusal)
    expect(report.deleted).toEqual([])
    expect(world.catalogState.records.size).toBe(3)
    expect(world.vaultState.objects.size).toBe(3)
  })

  test('rotates by the records alone where there has never been a manifest', async () => {
    const world = await createAgedWorld()
    world.catalogState.manifest = undefined
    world.catalogState.index = () => 'unsupported'
    const report = await rotate(world.ports, run)
    expect(report.deleted).toEqual([olderId, oldestId])
    expect([...world.catalogState.records.keys()]).toEqual([newestId])
  })

  test.each(['record', 'bytes'] as const)(
    'puts back what a lock on its %s retains',
    async (what) => {
      const world = await createAgedWorld()
      if (what === 'record') world.catalogState.lockedRecords.add(oldestId)
      else for (const key of world.bytesOf(oldestId)) world.vaultState.locked.add(key)
      const report = await rotate(world.ports, run)
      expect(report).toMatchObject({ deleted: [olderId], retained: [oldestId] })
      const item = report.items.find(({ id }) => id === oldestId)
      expect(item).toMatchObject({ decision: 'keep' })
      expect(item?.reason).toMatch(/^retained: the bucket refuses to delete .* \(a lock\)$/)
      expect(statusesOf(world)).toEqual(['COMPLETED', 'DELETED', 'COMPLETED'])
      expect(world.entry(oldestId)).not.toHaveProperty('deletedAt')
      expect(world.catalogState.records.get(oldestId)).toEqual(world.oldest)
    },
  )

  test('leaves a tombstone, loudly, where locked bytes lost their record for good', async () => {
    const world = await createAgedWorld()
    for (const key of world.bytesOf(oldestId)) world.vaultState.locked.add(key)
    world.calls.onCall = (name) => {
      if (name === 'catalog.writeRecord') throw unreachable()
    }
    const report = await rotate(world.ports, run)
    expect(report.retained).toEqual([oldestId])
    expect(world.entry(oldestId)?.status).toBe('DELETED')
    expect(world.log.warnings.join()).toContain('could not be put back: run repair')
  })

  test('says that a retained backup still says DELETED where the index cannot be written', async () => {
    const world = await createAgedWorld()
    world.catalogState.lockedRecords.add(oldestId)
    let changes = 0
    world.catalogState.index = () => {
      changes += 1
      return changes === 1 ? 'written' : 'stale'
    }
    await rotate(world.ports, run)
    expect(world.log.warnings.join()).toContain(`still there, run repair: ${oldestId}`)
  })

  test('never deletes a FAILED entry that has a record', async () => {
    const world = await createAgedWorld()
    world.addEntry({ ...makeBackup(world.oldest), id: oldestId, status: 'FAILED' })
    const report = await rotate(world.ports, run)
    expect(report.retained).toEqual([oldestId])
    expect(world.entry(oldestId)?.status).toBe('FAILED')
    expect(world.catalogState.records.has(oldestId)).toBe(true)
  })

  test('leaves bytes that cannot be deleted for repair, and says so', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      if (name === 'vault.remove') throw unreachable()
    }
    const report = await rotate(world.ports, run)
    expect(report.deleted).toEqual([olderId, oldestId])
    expect(world.log.warnings.join()).toContain('left for repair')
  })

  test('stops when the lease is lost, with what is left put back', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      if (name === 'catalog.removeRecord') world.catalogState.loseLeases()
    }
    const { vault } = world.ports
    const remove: typeof vault.remove = async (key, signal) => {
      signal?.throwIfAborted()
      return await vault.remove(key)
    }
    const ports = { ...world.ports, vault: { ...pick(vault), remove } }
    const error = await rotate(ports, run).catch((thrown: unknown) => thrown)
    expect(isFailure(error, 'lease_held')).toBe(true)
    expect(statusesOf(world)).toContain('COMPLETED')
    for (const { id, status } of world.catalogState.manifest?.backups ?? []) {
      expect(world.catalogState.records.has(id)).toBe(status === 'COMPLETED')
    }
  })

  test('a failing call at any port leaves no COMPLETED entry without record, and no silent tombstone', async () => {
    const probe = await createAgedWorld()
    await rotate(probe.ports, run)
    for (const moment of ['before', 'after'] as const) {
      for (const [place, name] of probe.calls.names.entries()) {
        const world = await createAgedWorld()
        world.calls.onCall = (_name, at, when) => {
          if (at === place && when === moment) throw unreachable()
        }
        const label = `${name} ${place} ${moment}`
        const outcome = await rotate(world.ports, run).catch((error: unknown) => error)
        const isTold = isFailure(outcome) || world.log.warnings.length > 0
        for (const { id, status } of world.catalogState.manifest?.backups ?? []) {
          const isThere = world.catalogState.records.has(id)
          if (status === 'COMPLETED') expect(isThere, label).toBe(true)
          if (status === 'DELETED' && isThere) expect(isTold, label).toBe(true)
        }
        expect(world.entry(newestId)?.status, label).toBe('COMPLETED')
      }
    }
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'cancelled at its call %i it leaves index and records agreeing',
    async (place) => {
      for (const moment of ['before', 'after'] as const) {
        const world = await createAgedWorld()
        const cancel = new AbortController()
        world.calls.onCall = (_name, at, when) => {
          if (at !== place || when !== moment) return
          cancel.abort(new Error('cancelled'))
          throw cancel.signal.reason
        }
        await rotate(world.ports, run, cancel.signal).catch((error: unknown) => {
          if (error !== cancel.signal.reason) throw error
        })
        for (const { id, status } of world.catalogState.manifest?.backups ?? []) {
          if (status === 'COMPLETED') expect(world.catalogState.records.has(id)).toBe(true)
        }
      }
    },
  )
})

describe('rotate over backups of dead runs', () => {
  const deadId = '20261110T030012Z-dead'
  const stale = {
    id: deadId,
    status: 'IN_PROGRESS',
    fileSize: 0,
    createdAt: '2026-11-10T03:00:12.000Z',
    staleAfter: '2026-11-10T05:00:00.000Z',
    upload: { key: 'k', uploadId: 'upload-old' },
  } as const

  test('marks one without a record FAILED and aborts its upload', async () => {
    const world = await createAgedWorld()
    world.addEntry(makeBackup(stale))
    world.vaultState.uploads.push({ key: 'k', uploadId: 'upload-old', startedAt: new Date(0) })
    await rotate(world.ports, run)
    expect(world.entry(deadId)?.status).toBe('FAILED')
    expect(world.vaultState.uploads).toEqual([])
  })

  test('marks one with a record COMPLETED and judges it by its age', async () => {
    const world = await createAgedWorld()
    const record = await world.addBackup({ id: deadId, createdAt: '2026-11-20T03:00:12.000Z' })
    world.addEntry(makeBackup(stale))
    const plan = await rotate(world.ports, { ...run, dryRun: true })
    expect(plan.items.find(({ id }) => id === deadId)?.status).toBe('COMPLETED')
    const report = await rotate(world.ports, run)
    expect({ ...report, dryRun: true }).toEqual(plan)
    expect(world.entry(deadId)).toMatchObject({ status: 'COMPLETED', checksum: record.checksum })
    expect(world.log.warnings.join()).toContain('had been committed')
  })

  test('writes that even where nothing else is to be done', async () => {
    const world = await createAgedWorld()
    await rotate(world.ports, run)
    await world.addBackup({ id: deadId, createdAt: '2026-11-20T03:00:12.000Z' })
    world.addEntry(makeBackup(stale))
    await rotate(world.ports, run)
    expect(world.entry(deadId)?.status).toBe('COMPLETED')
  })

  test('removes one with a record that has expired, in one go', async () => {
    const world = await createAgedWorld()
    await world.addBackup({ id: deadId, createdAt: '2026-11-10T03:00:12.000Z' })
    world.addEntry(makeBackup(stale))
    const report = await rotate(world.ports, run)
    expect(report.deleted).toContain(deadId)
    expect(world.entry(deadId)?.status).toBe('DELETED')
    expect(world.catalogState.records.has(deadId)).toBe(false)
  })

  test('an upload that cannot be aborted keeps nothing from being deleted', async () => {
    const world = await createAgedWorld()
    world.addEntry(makeBackup(stale))
    world.calls.onCall = (name) => {
      if (name === 'vault.abortUpload') throw unreachable()
    }
    const report = await rotate(world.ports, run)
    expect(report.deleted).toEqual([olderId, oldestId])
    expect(world.log.warnings.join()).toContain('left for repair')
  })
})

describe('cleanUp', () => {
  test('audits what it removed and gives the figures of what is left', async () => {
    const world = await createAgedWorld()
    const result = await cleanUp(world.ports, cleaning)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(result.message).toMatch(/^2 backups removed, /)
    expect(result.statistics.byStatus).toMatchObject({ COMPLETED: 1, DELETED: 2 })
    expect(world.catalogState.audits).toMatchObject([
      { action: 'cleanup', outcome: 'completed', actor: 'ada', backupIds: [olderId, oldestId] },
    ])
  })

  test('a dry run ends with dry_run and writes nothing', async () => {
    const world = await createAgedWorld()
    const result = await cleanUp(world.ports, { ...cleaning, dryRun: true })
    expect(result).toMatchObject({ ok: true, reasonCode: 'dry_run' })
    expect(result.message).toMatch(/^2 backups would be removed/)
    expect(world.calls.names.filter((name) => writing.test(name))).toEqual([])
  })

  test('a person who says no leaves everything', async () => {
    const world = await createAgedWorld()
    const agree = async () => false
    const result = await cleanUp(world.ports, { ...cleaning, agree })
    expect(result.reasonCode).toBe('nothing_to_do')
    expect(world.calls.names.filter((name) => writing.test(name))).toEqual([])
  })

  test('deletes no more than was shown when more expires meanwhile', async () => {
    const world = await createAgedWorld()
    const laterId = '20261114T040012Z-dddd'
    await world.addBackup({ id: laterId, createdAt: '2026-11-16T03:00:12.000Z' })
    const agree = async () => {
      world.clock.advance(3 * 86_400_000)
      return true
    }
    const result = await cleanUp(world.ports, { ...cleaning, agree })
    expect(result.rotation.deleted).toEqual([olderId, oldestId])
    expect(world.entry(laterId)?.status).toBe('COMPLETED')
  })

  test('ends with rotation_refused where the lease is held', async () => {
    const world = await createAgedWorld()
    world.catalogState.leases.set('exclusive', 'a restore')
    const result = await cleanUp(world.ports, cleaning)
    expect(result).toMatchObject({ ok: false, reasonCode: 'rotation_refused' })
  })

  test('audits also what broke off', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      if (name === 'catalog.readRecord') throw unreachable()
    }
    await expect(cleanUp(world.ports, cleaning)).rejects.toThrow('Cannot reach')
    expect(world.catalogState.audits).toMatchObject([
      { action: 'cleanup', outcome: 'bucket_unreachable', backupIds: [olderId, oldestId] },
    ])
    expect(statusesOf(world)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED'])
  })
})

/** A watched port as plain methods, so that one can be replaced. */
function pick<T extends object>(port: T): T {
  return Object.fromEntries(Reflect.ownKeys(port).map((key) => [key, Reflect.get(port, key)])) as T
}
