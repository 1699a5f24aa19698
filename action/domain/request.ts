import { z } from 'zod'
import { instantSchema } from './backup.ts'

/** What can be asked for in a comment, without the slash. */
export const chatCommands = [
  'backup',
  'backups',
  'restore',
  'verify',
  'pin',
  'unpin',
  'accept',
  'cleanup',
  'delete',
  'status',
  'cancel',
  'policy',
  'help',
] as const

/** One of {@link chatCommands}. */
export type ChatCommand = (typeof chatCommands)[number]

/**
 * `rq<issue>-<comment>-<index>-<tag>`: number of the issue, id of the comment that asked, place of the
 * command in it, and twelve hexadecimal digits of the SHA-256 of "<repository id>:<comment>:<index>". The
 * same comment always has the same ids, so that a redelivery can be told from a new request, and an id
 * that stands in a run's name leads back to its issue.
 */
export const requestIdPattern = /^rq([1-9]\d{0,9})-([1-9]\d{0,19})-(\d{1,2})-([0-9a-f]{12})$/

/** Most arguments of one request; more than any command has. */
const argumentsMax = 10

/** What was asked for. Fixed when the card is made, and signed by the bot. */
export const requestSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(requestIdPattern),
  repositoryId: z.int().positive(),
  issueNumber: z.int().positive(),
  commentId: z.int().positive(),
  /** Place among the commands of its comment, from 0. */
  commandIndex: z.int().nonnegative().max(99),
  command: z.enum(chatCommands),
  /** By the names of the Action's inputs, as they were understood. */
  arguments: z
    .record(z.string().max(40), z.string().max(200))
    .refine((values) => Object.keys(values).length <= argumentsMax),
  requester: z.strictObject({ id: z.int().positive(), login: z.string().min(1).max(100) }),
  /** `X-GitHub-Delivery` of the webhook that brought it; absent inside Actions. */
  deliveryId: z.string().max(100).optional(),
  createdAt: instantSchema,
})

export type Request = z.infer<typeof requestSchema>

/**
 * The one text of a request, JSON with sorted keys. The card's marker holds it, and the signature is
 * made and checked over exactly this.
 */
export function serialiseRequest(request: Request): string {
  return JSON.stringify(request, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

/** What a request id is made of; nothing where the text is none. */
export function parseRequestId(
  text: string,
):
  | { readonly issueNumber: number; readonly commentId: number; readonly index: number }
  | undefined {
  const [, issue, comment, index] = requestIdPattern.exec(text) ?? []
  if (issue === undefined || comment === undefined || index === undefined) return undefined
  const parts = { issueNumber: Number(issue), commentId: Number(comment), index: Number(index) }
  return Number.isSafeInteger(parts.commentId) ? parts : undefined
}
