import { renderCard } from '../../../action/domain/render-card.ts'
import type { Request } from '../../../action/domain/request.ts'
import { startCard } from '../../../action/domain/start-card.ts'
import { seedApproval } from './resources/approvals.ts'
import { addComment } from './resources/comments.ts'
import { seedEnvironment } from './resources/environments.ts'
import { seedIssue } from './resources/issues.ts'
import { seedRole } from './resources/permissions.ts'
import { type RepositoryState, seedRepository } from './resources/repositories.ts'
import { seedRun } from './resources/runs.ts'
import { seedUser, type UserState } from './resources/users.ts'
import { startFakeGitHub } from './start-fake-github.ts'
import { seedToken } from './tokens.ts'
import type { World } from './world.ts'

/**
 * A fake GitHub with a run that may pass the gate: a bot started it, for `asker`, an administrator, and `approver` – a
 * required reviewer of "database-restore" – approved. Tests then spoil one thing.
 */
export async function stageGate(options: { readonly basePath?: string } = {}) {
  const github = await startFakeGitHub(options)
  const { world } = github
  const repository = seedRepository(world, 'acme/shop')
  const bot = seedUser(world, 'strongroom[bot]')
  const asker = seedUser(world, 'asker')
  const approver = seedUser(world, 'approver')
  seedRole(repository, asker, 'admin')
  const environment = seedEnvironment(world, repository, 'database-restore', {
    reviewers: [approver],
    preventsSelfReview: true,
    canAdminsBypass: false,
    branchPolicy: 'custom',
  })
  const run = seedRun(world, repository, bot)
  seedApproval(run, environment, approver)
  const card = (command: Request['command'] = 'restore', words = 'latest') =>
    seedCard(world, repository, { command, words, author: bot, requester: asker })
  const token = seedToken(world, { actions: 'read', contents: 'read', issues: 'read' })
  return { github, world, repository, bot, asker, approver, environment, run, card, token }
}

export type GateScene = Awaited<ReturnType<typeof stageGate>>

interface CardSeed {
  readonly command: Request['command']
  /** What follows the command. */
  readonly words?: string
  readonly author: UserState
  readonly requester: UserState
}

/** An issue with a comment that asks and the card that a bot wrote under it. */
export function seedCard(
  world: World,
  repository: RepositoryState,
  { command, words = 'latest', author, requester }: CardSeed,
) {
  const issue = seedIssue(world, repository)
  const body = `/${command} ${words}`
  const asked = addComment(world, repository, issue, { body, author: requester })
  const request: Request = {
    version: 1,
    id: `rq${issue.number}-${asked.id}-0-0123456789ab`,
    repositoryId: repository.id,
    issueNumber: issue.number,
    commentId: asked.id,
    commandIndex: 0,
    command,
    arguments: { 'backup-id': words },
    requester: { id: requester.id, login: requester.login },
    createdAt: asked.createdAt.toISOString(),
  }
  const text = renderCard({ request, signature: 'unsigned', card: startCard(asked.createdAt) })
  return { request, asked, comment: addComment(world, repository, issue, { body: text, author }) }
}
