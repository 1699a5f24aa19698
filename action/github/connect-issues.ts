import { z } from 'zod'
import { createSender, type GitHubOptions } from './create-sender.ts'
import type { GitHubAnswer } from './github.ts'

/** An issue, as far as it is looked at. */
export interface Issue {
  readonly number: number
  readonly body: string
  readonly authorId: number | undefined
}

/** A comment, as far as it is looked at. */
export interface IssueComment {
  readonly body: string
  readonly authorId: number | undefined
}

type Failed = Extract<GitHubAnswer, { kind: 'failed' }>

/** What was read or written, or why not. */
export type IssueReading<T> = { readonly kind: 'found'; readonly value: T } | Failed

/** The issues of one repository. Rejects only where the caller's signal fired. */
export interface Issues {
  /** Open ones with this label, the oldest first; pull requests are none. */
  listOpen(label: string): Promise<IssueReading<readonly Issue[]>>
  /** Sent once: after a failure nobody knows whether it is there. */
  create(title: string, body: string, label: string): Promise<IssueReading<Issue>>
  /** Oldest first. */
  listComments(number: number): Promise<IssueReading<readonly IssueComment[]>>
  /** Sent once. */
  comment(number: number, body: string): Promise<IssueReading<undefined>>
  close(number: number, reason: 'completed' | 'not_planned'): Promise<IssueReading<undefined>>
}

const perPage = 100
/** Pages that are read: more open issues of one label, or comments of one issue, are not looked at. */
const pagesMax = 10

const authorSchema = z.object({ id: z.int().positive() }).nullish()
const issueSchema = z.object({
  number: z.int().positive(),
  body: z.string().nullish(),
  user: authorSchema,
  pull_request: z.unknown().optional(),
})
const commentSchema = z.object({ body: z.string().nullish(), user: authorSchema })

const route = '/repos/{owner}/{repo}/issues'
const permission = 'issues: write'

/**
 * Reads and writes issues. The token needs `issues: write`.
 *
 * @throws {@link Failure} `invalid_input` as {@link createSender} does
 */
export function connectIssues(options: GitHubOptions): Issues {
  const send = createSender(options)

  async function readPages<T>(
    path: string,
    parameters: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
  ): Promise<IssueReading<readonly T[]>> {
    const items: T[] = []
    for (let page = 1; page <= pagesMax; page += 1) {
      const paging = { per_page: String(perPage), page: String(page) }
      const answer = await send({
        route: path,
        parameters: { ...parameters, ...paging },
        permission,
      })
      const reading = parse(answer, z.array(schema))
      if (reading.kind === 'failed') return reading
      items.push(...reading.value)
      if (reading.value.length < perPage) break
    }
    return { kind: 'found', value: items }
  }

  return {
    async listOpen(label) {
      const asked = { labels: label, state: 'open', sort: 'created', direction: 'asc' }
      const reading = await readPages(`GET ${route}`, asked, issueSchema)
      if (reading.kind === 'failed') return reading
      const issues = reading.value.filter(({ pull_request: pull }) => pull === undefined)
      return { kind: 'found', value: issues.map(toIssue) }
    },
    async create(title, body, label) {
      const parameters = { title, body, labels: [label] }
      const answer = await send({ route: `POST ${route}`, parameters, permission, isOnce: true })
      const reading = parse(answer, issueSchema)
      return reading.kind === 'failed' ? reading : { kind: 'found', value: toIssue(reading.value) }
    },
    async listComments(number) {
      const parameters = { issue_number: String(number) }
      const path = `GET ${route}/{issue_number}/comments`
      const reading = await readPages(path, parameters, commentSchema)
      return reading.kind === 'failed'
        ? reading
        : { kind: 'found', value: reading.value.map(toComment) }
    },
    async comment(number, body) {
      const parameters = { issue_number: String(number), body }
      const path = `POST ${route}/{issue_number}/comments`
      const answer = await send({ route: path, parameters, permission, isOnce: true })
      return parse(
        answer,
        z.unknown().transform(() => undefined),
      )
    },
    async close(number, reason) {
      const parameters = { issue_number: String(number), state: 'closed', state_reason: reason }
      const answer = await send({ route: `PATCH ${route}/{issue_number}`, parameters, permission })
      return parse(
        answer,
        z.unknown().transform(() => undefined),
      )
    },
  }
}

function parse<T>(answer: GitHubAnswer, schema: z.ZodType<T>): IssueReading<T> {
  if (answer.kind === 'failed') return answer
  if (answer.kind === 'missing') {
    return {
      kind: 'failed',
      problem: 'the repository has no issues, or hides them from this token, expected them',
      hint: `Switch issues on in the repository, and give the job \`${permission}\`.`,
    }
  }
  const parsed = schema.safeParse(answer.data)
  if (parsed.success) return { kind: 'found', value: parsed.data }
  return {
    kind: 'failed',
    problem: 'GitHub answered in another form, expected what its documentation says',
    hint: 'Look for a newer version of Strongroom.',
  }
}

function toIssue({ number, body, user }: z.infer<typeof issueSchema>): Issue {
  return { number, body: body ?? '', authorId: user?.id }
}

function toComment({ body, user }: z.infer<typeof commentSchema>): IssueComment {
  return { body: body ?? '', authorId: user?.id }
}
