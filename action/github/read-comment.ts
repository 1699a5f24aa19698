import { z } from 'zod'
import { accountSchema, instantSchema } from './answers.ts'
import type { GitHub } from './github.ts'

const commentSchema = z.object({
  user: accountSchema.nullable(),
  body: z.string(),
  issue_url: z.string(),
  created_at: instantSchema,
  updated_at: instantSchema,
  performed_via_github_app: z.unknown().optional(),
})

/** A comment of an issue, by an account that is still there. */
export type ReadComment = Readonly<z.infer<typeof commentSchema>> & {
  readonly user: z.infer<typeof accountSchema>
}

/** A comment; nothing where it is gone, cannot be read, or has lost its author: what is judged by it then refuses. */
export async function readComment(
  github: GitHub,
  commentId: number | undefined,
): Promise<ReadComment | undefined> {
  if (commentId === undefined) return undefined
  const answer = await github.read('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', {
    comment_id: String(commentId),
  })
  const comment = answer.kind === 'found' ? commentSchema.safeParse(answer.data).data : undefined
  return comment?.user == null ? undefined : { ...comment, user: comment.user }
}
