import { createSender, type GitHubOptions } from './create-sender.ts'
import type { GitHub, GitHubRoute } from './github.ts'

/**
 * A reader of one repository. Whatever writes must not go through here.
 *
 * @throws {@link Failure} `invalid_input` as {@link createSender} does
 */
export function connectGitHub(options: GitHubOptions): GitHub {
  const send = createSender(options)
  return {
    read: (route, parameters = {}) => send({ route, parameters, permission: permissionFor(route) }),
  }
}

/** The repository itself is metadata, which every token of a workflow may read. */
function permissionFor(route: GitHubRoute): string {
  return route === 'GET /repos/{owner}/{repo}' ? 'metadata: read' : 'actions: read'
}
