import { type InstallationState, installApp, seedApp } from './resources/apps.ts'
import { seedIssue } from './resources/issues.ts'
import { seedRole } from './resources/permissions.ts'
import { seedRepository } from './resources/repositories.ts'
import { seedUser } from './resources/users.ts'
import { startFakeGitHub } from './start-fake-github.ts'
import { seedToken } from './tokens.ts'

/**
 * A fake GitHub with a repository "acme/shop", an issue, an administrator, a writer, a stranger, and the App of the
 * bot, installed there. `token` speaks as the App, with all that the installation may do.
 */
export async function stageBot(
  options: { readonly basePath?: string; readonly now?: () => Date } = {},
) {
  const github = await startFakeGitHub(options)
  const { world } = github
  const repository = seedRepository(world, 'acme/shop')
  const app = seedApp(world, 'strongroom')
  const installation: InstallationState = installApp(world, app, [repository])
  const admin = seedUser(world, 'admin')
  const writer = seedUser(world, 'writer')
  const stranger = seedUser(world, 'stranger')
  seedRole(repository, admin, 'admin')
  seedRole(repository, writer, 'write')
  const issue = seedIssue(world, repository, { author: admin })
  const token = seedToken(world, installation.permissions, { user: app.user, app, installation })
  return {
    github,
    world,
    repository,
    app,
    installation,
    admin,
    writer,
    stranger,
    issue,
    token,
  }
}

export type BotScene = Awaited<ReturnType<typeof stageBot>>
