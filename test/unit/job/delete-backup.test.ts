import { describe, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { type DeleteRequest, deleteBackup } from '../../../action/job/delete-backup.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'
import { createAgedWorld, newestId, oldestId } from './aged-world.ts'

const request: DeleteRequest = { id: oldestId, force: false, dryRun: false, actor: 'ada' }
const runningId = '20261122T020012Z-eeee'

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown)
  return isFailure(error) ? error.code : 'none'
}

describe('deleteBackup', () => {
  test('takes the entry out first, then record and bytes, and audits it', async () => {
    const world = await createAgedWorld()
    const result = await deleteBackup(world.ports, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed', removal: 'deleted' })
    expect(world.entry(oldestId)).toMatchObject({ status: 'DELETED' })
    expect(world.catalogState.records.has(oldestId)).toBe(false)
    expect(world.bytesOf(oldestId)).toEqual([])
    expect(world.catalogState.audits).toMatchObject([
      { action: 'delete', outcome: 'completed', backupIds: [oldestId], actor: 'ada' },
    ])
    const deletions = world.calls.names.filter((name) => /change|remove/.test(name))
    expect(deletions).toEqual(['catalog.change', 'catalog.removeRecord', 'vault.remove'])
    expect(world.catalogState.leases.size).toBe(0)
  })

  test('refuses a pinned one, with force too, and leaves it as it is', async () => {
    const world = await createAgedWorld()
    world.addEntry({ ...world.oldest, pinned: { at: world.oldest.createdAt, by: 'grace' } })
    const refusal = deleteBackup(world.ports, { ...request, force: true })
    await expect(refusal).rejects.toMatchObject({
      code: 'refused_pinned',
      message: expect.stringContaining('grace pinned it'),
    })
    expect(world.bytesOf(oldestId)).not.toEqual([])
  })

  test.each([
    ['the newest without force', newestId, 'refused_newest'],
    ['an id that is unknown', '20261122T030012Z-zzzz', 'backup_unknown'],
    ['a backup that runs', runningId, 'backup_in_progress'],
  ])('refuses %s', async (_name, id, code) => {
    const world = await createAgedWorld()
    world.addEntry(makeBackup({ id: runningId, status: 'IN_PROGRESS' }))
    expect(await codeOf(deleteBackup(world.ports, { ...request, id }))).toBe(code)
    expect(world.catalogState.written).toEqual([])
  })

  test('deletes the newest with force', async () => {
    const world = await createAgedWorld()
    const result = await deleteBackup(world.ports, { ...request, id: newestId, force: true })
    expect(result.removal).toBe('deleted')
  })

  test('keeps a FAILED one that has a record and bytes, which only repair can judge', async () => {
    const world = await createAgedWorld()
    world.addEntry({ ...world.oldest, status: 'FAILED' })
    const result = await deleteBackup(world.ports, request)
    expect(result).toMatchObject({ reasonCode: 'retained', removal: 'retained' })
    expect(result.message).toMatch(/it has a record although it is not COMPLETED: run repair/)
    expect(world.entry(oldestId)).toMatchObject({ status: 'FAILED' })
    expect(world.catalogState.records.has(oldestId)).toBe(true)
    expect(world.bytesOf(oldestId)).not.toEqual([])
  })

  test('removes the record of a FAILED one whose bytes are gone, and sends nothing about bytes', async () => {
    const world = await createAgedWorld()
    world.addEntry({ ...world.oldest, status: 'FAILED' })
    for (const key of world.bytesOf(oldestId)) world.vaultState.objects.delete(key)
    const result = await deleteBackup(world.ports, request)
    expect(result).toMatchObject({ reasonCode: 'completed', removal: 'deleted' })
    expect(world.entry(oldestId)).toMatchObject({ status: 'DELETED' })
    expect(world.catalogState.records.has(oldestId)).toBe(false)
    expect(world.calls.names).not.toContain('vault.remove')
  })

  test('a second time it is unknown', async () => {
    const world = await createAgedWorld()
    await deleteBackup(world.ports, request)
    expect(await codeOf(deleteBackup(world.ports, request))).toBe('backup_unknown')
  })

  test('refuses what has become the newest meanwhile, inside the swap', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      if (name !== 'catalog.acquireLease') return
      for (const backup of world.catalogState.manifest?.backups ?? []) {
        if (backup.id !== oldestId) world.addEntry({ ...backup, status: 'FAILED' })
      }
    }
    expect(await codeOf(deleteBackup(world.ports, request))).toBe('refused_newest')
    expect(world.catalogState.records.has(oldestId)).toBe(true)
    expect(world.catalogState.leases.size).toBe(0)
  })

  test('a dry run says what would go and changes nothing', async () => {
    const world = await createAgedWorld()
    const result = await deleteBackup(world.ports, { ...request, dryRun: true })
    expect(result).toMatchObject({ ok: true, reasonCode: 'dry_run', dryRun: true })
    expect(world.calls.names).toEqual(['catalog.read'])
  })

  test('a person who says no leaves it alone', async () => {
    const world = await createAgedWorld()
    const result = await deleteBackup(world.ports, { ...request, agree: async () => false })
    expect(result.reasonCode).toBe('nothing_to_do')
    expect(world.calls.names).toEqual(['catalog.read'])
  })

  test('what a lock retains is back in the index, with exit 0 and the reason', async () => {
    const world = await createAgedWorld()
    world.catalogState.lockedRecords.add(oldestId)
    const result = await deleteBackup(world.ports, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'retained', removal: 'retained' })
    expect(result.message).toContain('lock')
    expect(world.entry(oldestId)?.status).toBe('COMPLETED')
    expect(world.catalogState.audits).toMatchObject([{ outcome: 'retained' }])
  })

  test.each(['stale', 'unsupported'] as const)(
    'deletes nothing where a manifest ends %s',
    async (index) => {
      const world = await createAgedWorld()
      world.catalogState.index = () => index
      expect(await codeOf(deleteBackup(world.ports, request))).toBe('manifest_unwritable')
      expect(world.catalogState.records.has(oldestId)).toBe(true)
      expect(world.bytesOf(oldestId)).toHaveLength(1)
    },
  )

  test('refuses while a restore holds the lease', async () => {
    const world = await createAgedWorld()
    world.catalogState.leases.set('exclusive', 'a restore')
    expect(await codeOf(deleteBackup(world.ports, request))).toBe('lease_held')
  })

  test('a failing call at any port leaves index and records agreeing, or says otherwise', async () => {
    const probe = await createAgedWorld()
    await deleteBackup(probe.ports, request)
    for (const moment of ['before', 'after'] as const) {
      for (const [place, name] of probe.calls.names.entries()) {
        const world = await createAgedWorld()
        world.calls.onCall = (_name, at, when) => {
          if (at === place && when === moment) throw unreachable()
        }
        const code = await codeOf(deleteBackup(world.ports, request))
        const isThere = world.catalogState.records.has(oldestId)
        const label = `${name} ${moment}`
        if (world.entry(oldestId)?.status === 'COMPLETED') expect(isThere, label).toBe(true)
        else if (isThere) expect(code, label).not.toBe('none')
        if (isThere) expect(world.bytesOf(oldestId), label).toHaveLength(1)
      }
    }
  })
})
