import { expect, test } from 'vitest'
import { backUp } from '../../../action/job/back-up.ts'
import { rehearse } from '../../../action/job/rehearse.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { backUpRequest } from './back-up-request.ts'

function run(world: FakeWorld) {
  const { ports } = world
  return rehearse({ ...ports, backUp: () => backUp(ports, backUpRequest()) }, 'full run')
}

test('rehearse backs up, restores and compares, and leaves nothing on the server', async () => {
  const world = createFakeWorld()
  const check = await run(world)
  expect(check).toMatchObject({ name: 'full run', state: 'ok' })
  expect(check.text).toContain('10 rows in 2 tables')
  expect([...world.targetState.databases.keys()]).toEqual(['shop'])
})

test.each([
  ['source.describe', 'failed'],
  ['target.load', 'unknown'],
] as const)('rehearse with a failing %s is %s', async (method, state) => {
  const world = createFakeWorld()
  world.calls.onCall = (name) => {
    if (name === method) throw unreachable()
  }
  expect((await run(world)).state).toBe(state)
})

test('rehearse fails where what comes back differs', async () => {
  const world = createFakeWorld()
  world.targetState.bend = () => ({})
  expect((await run(world)).state).toBe('failed')
})
