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

/** The repository itself and who may do what in it are metadata, which every token of a workflow may read. */
function permissionFor(route: GitHubRoute): string {
  if (route === 'GET /repos/{owner}/{repo}') return 'metadata: read'
  if (route === 'GET /repos/{owner}/{repo}/collaborators/{username}/permission') {
    return 'metadata: read'
  }
  if (route === 'GET /repos/{owner}/{repo}/contents/{path}') return 'contents: read'
  return route === 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}'
    ? 'issues: read'
    : 'actions: read'
}
