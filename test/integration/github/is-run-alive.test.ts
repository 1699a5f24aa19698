import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectGitHub } from '../../../action/github/connect-github.ts'
import { isRunAlive } from '../../../action/github/is-run-alive.ts'
import { type GateScene, stageGate } from '../../support/github/gate-scene.ts'

let scene: GateScene
beforeEach(async () => {
  scene = await stageGate()
})
afterEach(async () => {
  await scene.github.close()
})

function ask(attempt?: number, id = String(scene.run.id)) {
  const { apiUrl } = scene.github
  const { token } = scene
  const sleep = async () => {}
  const github = connectGitHub({ token, apiUrl, repository: 'acme/shop', sleep })
  return isRunAlive(github, { id, attempt })
}

describe('isRunAlive', () => {
  it.each(['queued', 'waiting', 'in_progress'] as const)('is alive while %s', async (status) => {
    scene.run.attempts = [status]
    expect(await ask()).toBe('alive')
    expect(await ask(1)).toBe('alive')
  })

  it('is gone once completed', async () => {
    scene.run.attempts = ['completed']
    expect(await ask()).toBe('gone')
  })

  it('tells the attempt that ended from the one that lives on', async () => {
    scene.run.attempts = ['completed', 'in_progress']
    expect(await ask(1)).toBe('gone')
    expect(await ask(2)).toBe('alive')
    expect(await ask()).toBe('alive')
  })

  it.each([
    ['a run of another repository', '1'],
    ['a process of a terminal', 'host-4711'],
    ['a path', '../1'],
  ])('does not know %s', async (_name, id) => {
    expect(await ask(undefined, id)).toBe('unknown')
  })

  it.each([
    ['403', { kind: 'status', status: 403 }],
    ['500', { kind: 'status', status: 500 }],
    ['a reset', { kind: 'reset' }],
    ['another form', { kind: 'raw', text: '{"status":null}' }],
  ] as const)('does not know after %s', async (_name, fault) => {
    scene.github.faults.add({ fault })
    expect(await ask()).toBe('unknown')
  })
})
