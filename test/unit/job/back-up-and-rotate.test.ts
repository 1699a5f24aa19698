import { describe, expect, test } from 'vitest'
import { backUpAndRotate } from '../../../action/job/back-up-and-rotate.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { createAgedWorld, newestId, olderId, oldestId, retention } from './aged-world.ts'
import { backUpRequest } from './back-up-request.ts'

const request = { ...backUpRequest(), retention }

describe('backUpAndRotate', () => {
  test('backs up, rotates, audits both and looks back', async () => {
    const world = await createAgedWorld()
    const result = await backUpAndRotate(world.ports, request)
    expect(result).toMatchObject({
      ok: true,
      reasonCode: 'completed',
      rotation: { deleted: [olderId, oldestId] },
      statistics: { byStatus: { COMPLETED: 2, DELETED: 2 } },
    })
    expect(result.history?.map(({ id }) => id)).toEqual([newestId, result.backup?.id])
    expect(world.catalogState.audits.map(({ action }) => action)).toEqual(['backup', 'cleanup'])
  })

  test('does not rotate without being told to, nor after a backup that failed', async () => {
    const plain = await createAgedWorld()
    expect(await backUpAndRotate(plain.ports, backUpRequest())).not.toHaveProperty('rotation')
    const failing = await createAgedWorld()
    failing.sourceState.onChunk = () => {
      throw unreachable()
    }
    const result = await backUpAndRotate(failing.ports, request)
    expect(result).toMatchObject({ ok: false, statistics: { byStatus: { FAILED: 1 } } })
    expect(failing.catalogState.records.size).toBe(3)
  })

  test('a rotation that fails is a failure that keeps the backup and says so', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      if (name === 'catalog.acquireLease') throw unreachable()
    }
    const result = await backUpAndRotate(world.ports, request)
    expect(result).toMatchObject({ ok: false, reasonCode: 'rotation_failed', stage: 'rotation' })
    expect(result.backup?.status).toBe('COMPLETED')
    expect(result.message).toMatch(/is stored and verified.*but expired backups/)
    expect(world.entry(result.backup?.id ?? '')?.status).toBe('COMPLETED')
  })

  test('a rotation that is cancelled does not take the backup from the result', async () => {
    const world = await createAgedWorld()
    const cancel = new AbortController()
    world.calls.onCall = (name) => {
      if (name !== 'catalog.acquireLease') return
      cancel.abort(new Error('cancelled'))
      throw cancel.signal.reason
    }
    const result = await backUpAndRotate(world.ports, request, cancel.signal)
    expect(result).toMatchObject({ ok: false, reasonCode: 'rotation_failed' })
    expect(result.backup?.status).toBe('COMPLETED')
    expect(result.message).toContain('the run was cancelled')
  })

  test('a rotation that is refused is a warning', async () => {
    const world = await createAgedWorld()
    world.catalogState.leases.set('exclusive', 'a restore')
    const result = await backUpAndRotate(world.ports, request)
    expect(result.ok).toBe(true)
    expect(result.warnings.join()).toContain('Rotation: Cannot hold the lease')
  })

  test('goes without figures where the bucket does not answer any more', async () => {
    const world = await createAgedWorld()
    world.calls.onCall = (name) => {
      const reads = world.calls.names.filter((other) => other === 'catalog.read')
      if (name === 'catalog.read' && reads.length > 3) throw unreachable()
    }
    const result = await backUpAndRotate(world.ports, request)
    expect(result.ok).toBe(true)
    expect(result).not.toHaveProperty('statistics')
    expect(result.warnings.join()).toContain('No statistics')
  })
})
