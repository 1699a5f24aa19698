import { createSender, type GitHubOptions } from './create-sender.ts'
import type { GitHubAnswer } from './github.ts'

/** Comments of one repository's issues. Rejects only where the caller's signal fired. */
export interface Comments {
  read(commentId: number): Promise<GitHubAnswer>
  /** Replaces the whole text; twice the same is as once, so it is repeated like a reading. */
  write(commentId: number, body: string): Promise<GitHubAnswer>
}

const route = '/repos/{owner}/{repo}/issues/comments/{comment_id}'
const permission = 'issues: write'

/**
 * Reads and edits comments; makes none. The token needs `issues: write`.
 *
 * @throws {@link Failure} `invalid_input` as {@link createSender} does
 */
export function connectComments(options: GitHubOptions): Comments {
  const send = createSender(options)
  return {
    read: (commentId) =>
      send({ route: `GET ${route}`, parameters: { comment_id: String(commentId) }, permission }),
    write: (commentId, body) =>
      send({
        route: `PATCH ${route}`,
        parameters: { comment_id: String(commentId), body },
        permission,
      }),
  }
}
