import { createHash } from 'node:crypto'

const tagDigits = 12

/** The id of a command in a comment: the same for every delivery of it, in every process. */
export function makeRequestId(place: {
  readonly repositoryId: number
  readonly issueNumber: number
  readonly commentId: number
  readonly index: number
}): string {
  const { repositoryId, issueNumber, commentId, index } = place
  const tag = createHash('sha256')
    .update(`${repositoryId}:${commentId}:${index}`)
    .digest('hex')
    .slice(0, tagDigits)
  return `rq${issueNumber}-${commentId}-${index}-${tag}`
}
