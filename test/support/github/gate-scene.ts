import { seedApproval } from './resources/approvals.ts'
import { seedEnvironment } from './resources/environments.ts'
import { seedRepository } from './resources/repositories.ts'
import { seedRun } from './resources/runs.ts'
import { seedUser } from './resources/users.ts'
import { startFakeGitHub } from './start-fake-github.ts'
import { seedToken } from './tokens.ts'

/**
 * A fake GitHub with a run that may pass the gate: a bot started it, for `asker`, and `approver` – a
 * required reviewer of "database-restore" – approved. Tests then spoil one thing.
 */
export async function stageGate(options: { readonly basePath?: string } = {}) {
  const github = await startFakeGitHub(options)
  const { world } = github
  const repository = seedRepository(world, 'acme/shop')
  const bot = seedUser(world, 'strongroom[bot]')
  const asker = seedUser(world, 'asker')
  const approver = seedUser(world, 'approver')
  const environment = seedEnvironment(world, repository, 'database-restore', {
    reviewers: [approver],
    preventsSelfReview: true,
    canAdminsBypass: false,
    branchPolicy: 'custom',
  })
  const run = seedRun(world, repository, bot)
  seedApproval(run, environment, approver)
  const token = seedToken(world, { actions: 'read' })
  return { github, world, repository, bot, asker, approver, environment, run, token }
}

export type GateScene = Awaited<ReturnType<typeof stageGate>>
