import { describe, expect, test } from 'vitest'
import { buryUnfinished } from '../../../action/job/bury-unfinished.ts'
import { createFakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'

const id = '20261101T030012Z-aaaa'
const upload = { key: 'k', uploadId: 'u' }
const running = makeBackup({ id, status: 'IN_PROGRESS', fileSize: 0, upload })
const leftover = { backupId: id, upload }

describe('buryUnfinished', () => {
  test('aborts the upload and marks the entry FAILED', async () => {
    const world = createFakeWorld()
    world.addEntry(running)
    world.vaultState.uploads.push({ ...upload, startedAt: new Date(0) })
    await buryUnfinished(world.ports, leftover)
    expect(world.entry(id)).toMatchObject({ status: 'FAILED', fileSize: 0 })
    expect(world.vaultState.uploads).toEqual([])
  })

  test('marks it FAILED also where the upload cannot be aborted', async () => {
    const world = createFakeWorld()
    world.addEntry(running)
    world.calls.onCall = (name) => {
      if (name === 'vault.abortUpload') throw unreachable()
    }
    await buryUnfinished(world.ports, leftover)
    expect(world.entry(id)?.status).toBe('FAILED')
    expect(world.log.warnings.join()).toContain('left for repair')
  })

  test.each(['IN_PROGRESS', 'FAILED', undefined] as const)(
    'enters a backup with a record as COMPLETED over %s',
    async (status) => {
      const world = createFakeWorld()
      await world.addBackup({ id })
      const { manifest } = world.catalogState
      if (status !== undefined) world.addEntry({ ...running, status })
      else if (manifest !== undefined) world.catalogState.manifest = { ...manifest, backups: [] }
      await buryUnfinished(world.ports, leftover)
      expect(world.entry(id)?.status).toBe('COMPLETED')
    },
  )

  test.each(['COMPLETED', 'DELETED'] as const)('leaves an entry that says %s', async (status) => {
    const world = createFakeWorld()
    const entry = { ...running, status }
    world.addEntry(entry)
    await buryUnfinished(world.ports, leftover)
    expect(world.entry(id)).toEqual(entry)
  })

  test('says that the index could not be written', async () => {
    const world = createFakeWorld()
    world.addEntry(running)
    world.catalogState.index = () => 'stale'
    await buryUnfinished(world.ports, leftover)
    expect(world.log.warnings.join()).toContain('run repair')
  })

  test('does nothing where no backup was begun', async () => {
    const world = createFakeWorld()
    await buryUnfinished(world.ports, {})
    expect(world.calls.names).toEqual([])
  })
})
