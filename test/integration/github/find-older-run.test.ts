import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectGitHub } from '../../../action/github/connect-github.ts'
import { findOlderRun, type OlderRun } from '../../../action/github/find-older-run.ts'
import { type GateScene, stageGate } from '../../support/github/gate-scene.ts'
import { seedRun } from '../../support/github/resources/runs.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'
import { seedToken } from '../../support/github/tokens.ts'

const requestId = 'rq7-41-0-0123456789ab'

let scene: GateScene
beforeEach(async () => {
  scene = await stageGate()
  seedWorkflow(scene.world, scene.repository, 'database-restore.yml')
})
afterEach(async () => {
  await scene.github.close()
})

/** Runs with these titles in this order, of which the last one looks. */
async function find(
  titles: readonly string[],
  changes: { readonly token?: string; readonly starter?: GateScene['bot'] } = {},
): Promise<OlderRun> {
  const runs = titles.map((title) =>
    seedRun(scene.world, scene.repository, changes.starter ?? scene.bot, { title }),
  )
  const own = seedRun(scene.world, scene.repository, scene.bot, { title: `restore ${requestId}` })
  const github = connectGitHub({
    token: changes.token ?? scene.token,
    apiUrl: scene.github.apiUrl,
    repository: 'acme/shop',
    sleep: async () => {},
  })
  const found = await findOlderRun(github, { runId: String(own.id), requestId })
  if (found.kind === 'found') expect(found.url).toContain(String(runs[0]?.id))
  return found
}

describe('findOlderRun', () => {
  it('finds a run of the same account with the request id as a word of its title', async () => {
    expect((await find([`restore ${requestId}`])).kind).toBe('found')
  })

  it('finds none among runs of other requests, its own among them', async () => {
    const titles = ['by hand', 'restore rq7-41-1-0123456789ab', `restore ${requestId}0`]
    expect(await find(titles)).toEqual({ kind: 'none' })
  })

  it('does not count a run that a person gave such a title', async () => {
    const starter = scene.asker
    expect(await find([`restore ${requestId}`], { starter })).toEqual({ kind: 'none' })
  })

  it('says that it does not know where GitHub does not say', async () => {
    const token = seedToken(scene.world, {})
    expect(await find([], { token })).toMatchObject({ kind: 'unknown' })
    scene.github.faults.add({
      operationId: 'actions/list-workflow-runs',
      fault: { kind: 'raw', text: '{}' },
    })
    expect(await find([])).toMatchObject({ kind: 'unknown' })
  })
})
