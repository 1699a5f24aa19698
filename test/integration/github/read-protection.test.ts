import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectGitHub } from '../../../action/github/connect-github.ts'
import { readProtection } from '../../../action/github/read-protection.ts'
import { type GateScene, stageGate } from '../../support/github/gate-scene.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'
import { seedToken } from '../../support/github/tokens.ts'

let scene: GateScene
beforeEach(async () => {
  scene = await stageGate()
})
afterEach(async () => {
  await scene.github.close()
})

/** What the doctor would be told. */
async function look(question: { environments?: string[]; workflows?: string[] }, token?: string) {
  const github = connectGitHub({
    token: token ?? scene.token,
    apiUrl: scene.github.apiUrl,
    repository: 'acme/shop',
    sleep: async () => {},
  })
  return await readProtection(github, { environments: [], workflows: [], ...question })
}

describe('readProtection', () => {
  it('is content with a protected environment and an active workflow', async () => {
    seedWorkflow(scene.world, scene.repository, 'database-backup.yml')
    const question = { environments: ['database-restore'], workflows: ['database-backup.yml'] }
    expect(await look(question)).toEqual([
      { name: 'workflow database-backup.yml', state: 'ok', text: 'present and active' },
      { name: 'environment database-restore', state: 'ok', text: 'has required reviewers' },
    ])
  })

  it('advises about rules that leave a gap', async () => {
    scene.environment.branchPolicy = 'none'
    expect(await look({ environments: ['database-restore'] })).toMatchObject([
      { state: 'ok', advice: expect.stringContaining('Every branch may deploy') },
    ])
  })

  it.each(['disabled_inactivity', 'disabled_manually', 'deleted'] as const)(
    'fails a workflow that is %s',
    async (state) => {
      seedWorkflow(scene.world, scene.repository, 'database-backup.yml', state)
      expect(await look({ workflows: ['database-backup.yml'] })).toMatchObject([
        { state: 'failed', text: `not running: its state is ${state}` },
      ])
    },
  )

  it('fails what is not there, and an environment without reviewers', async () => {
    seedEnvironment(scene.world, scene.repository, 'bare')
    const checks = await look({ environments: ['missing', 'bare'], workflows: ['missing.yml'] })
    expect(checks.map(({ name, state }) => [name, state])).toEqual([
      ['workflow missing.yml', 'failed'],
      ['environment missing', 'failed'],
      ['environment bare', 'failed'],
    ])
  })

  it('fails an environment that administrators may bypass, unless the policy file allows it', async () => {
    scene.environment.canAdminsBypass = true
    const question = { environments: ['database-restore'] }
    expect(await look(question)).toMatchObject([
      { state: 'failed', text: expect.stringContaining('administrators may bypass') },
    ])
    scene.repository.files.set('.github/strongroom.yml', 'allow-unprotected: true\n')
    expect(await look(question)).toMatchObject([
      {
        state: 'ok',
        text: 'makes nobody wait, as the policy file allows',
        advice: expect.stringContaining('UNPROTECTED'),
      },
    ])
  })

  it.each([
    ['a token without permission', undefined],
    ['GitHub out of order', { kind: 'status', status: 500 }],
    ['an answer in another form', { kind: 'raw', text: '[]' }],
  ] as const)('does not know with %s', async (_name, fault) => {
    if (fault) scene.github.faults.add({ fault })
    const token = fault ? scene.token : seedToken(scene.world, {})
    const question = { environments: ['database-restore'], workflows: ['x.yml'] }
    expect(await look(question, token)).toMatchObject([
      { state: 'unknown', advice: expect.any(String) },
      { state: 'unknown', advice: expect.any(String) },
    ])
  })
})
