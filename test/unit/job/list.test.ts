import { expect, test } from 'vitest'
import { list } from '../../../action/job/list.ts'
import { createAgedWorld, newestId, olderId, oldestId } from './aged-world.ts'

const query = { page: 1, perPage: 2 }

test('list gives one page, newest first, with the figures of all, and writes nothing', async () => {
  const world = await createAgedWorld()
  const result = await list(world.ports, query)
  expect(result).toMatchObject({ ok: true, reasonCode: 'completed', source: 'manifest' })
  expect(result).toMatchObject({ page: 1, pages: 2, matching: 3, warnings: [] })
  expect(result.backups.map(({ id }) => id)).toEqual([newestId, olderId])
  expect(result.statistics.byStatus.COMPLETED).toBe(3)
  expect(world.calls.names).toEqual(['catalog.read'])
  const second = await list(world.ports, { ...query, page: 2 })
  expect(second.backups.map(({ id }) => id)).toEqual([oldestId])
})

test('list answers from the records, and says so, where there is no manifest', async () => {
  const world = await createAgedWorld()
  world.catalogState.manifest = undefined
  const result = await list(world.ports, query)
  expect(result).toMatchObject({ ok: true, source: 'records', matching: 3 })
  expect(result.warnings.join()).toContain('there is no manifest.json')
  expect(world.catalogState.written).toEqual([])
})

test('list passes its filters on', async () => {
  const world = await createAgedWorld()
  expect((await list(world.ports, { ...query, type: 'MANUAL' })).matching).toBe(0)
  expect((await list(world.ports, { ...query, status: 'COMPLETED' })).matching).toBe(3)
})

test('list says until when age keeps what it shows, where it is told the retention', async () => {
  const world = await createAgedWorld()
  const days = { daily: 7, weekly: 28, monthly: 365, failed: 30 }
  const result = await list(world.ports, { ...query, perPage: 1, days })
  const [backup] = result.backups
  const untilMs = Date.parse(backup?.createdAt ?? '') + 7 * 86_400_000
  expect(backup?.type).toBe('DAILY')
  expect(result.keptUntil).toEqual({ [newestId]: new Date(untilMs).toISOString() })
  expect(await list(world.ports, query)).not.toHaveProperty('keptUntil')
})
