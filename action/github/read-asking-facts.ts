import { z } from 'zod'
import type { Account, AskingFacts } from '../domain/gate-facts.ts'
import { parseRequestId } from '../domain/request.ts'
import type { GitHub } from './github.ts'
import { readComment } from './read-comment.ts'

const permissionSchema = z.object({
  permission: z.string(),
  role_name: z.string(),
  user: z.object({ id: z.int().positive() }),
})

/** GitHub's own roles, and what it says of who has none. A role of another name counts as the one it builds on. */
const strangers: readonly string[] = ['none', 'read']
const members: readonly string[] = ['triage', 'write', 'maintain', 'admin']

/** The comment that the id of a request says has asked; nothing where it is gone or cannot be read, which refuses. */
export async function readAskingFacts(
  github: GitHub,
  requestId: string,
): Promise<AskingFacts | undefined> {
  const comment = await readComment(github, parseRequestId(requestId)?.commentId)
  if (comment === undefined) return undefined
  const { user, performed_via_github_app: app = null } = comment
  const isByPerson = user.type === 'User' && app === null
  return {
    authorId: user.id,
    isByPerson,
    isByMember: isByPerson && (await isMember(github, user)),
    issueNumber: Number(/\/issues\/(\d+)$/.exec(comment.issue_url)?.[1]),
    createdAt: comment.created_at,
    updatedAt: comment.updated_at,
    body: comment.body,
  }
}

async function isMember(github: GitHub, { id, login }: Account): Promise<boolean> {
  const answer = await github.read(
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    { username: login },
  )
  const found = answer.kind === 'found' ? permissionSchema.safeParse(answer.data).data : undefined
  // A login may have changed hands; the number does not.
  if (found?.user.id !== id) return false
  const role = found.role_name.toLowerCase()
  return members.includes([...strangers, ...members].includes(role) ? role : found.permission)
}
