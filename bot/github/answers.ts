import { z } from 'zod'
import type { Account, Approval, Comment, Job, Permission, Run } from '../ports.ts'

/** Forms of GitHub's answers as far as they are looked at, and what the ports make of them. */

const id = z.int().positive()
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const accountSchema: z.ZodType<Account> = z.object({
  id,
  login: z.string().min(1).max(100),
  type: z.string().min(1).max(100),
})

export const commentSchema: z.ZodType<Comment> = z
  .object({
    id,
    issue_url: z.string().regex(/\/issues\/[1-9]\d{0,14}$/),
    body: z.string().nullish(),
    user: accountSchema.nullish(),
    created_at: instant,
    html_url: z.string(),
  })
  .transform((comment) => ({
    id: comment.id,
    issueNumber: Number(comment.issue_url.slice(comment.issue_url.lastIndexOf('/') + 1)),
    body: comment.body ?? '',
    author: comment.user ?? undefined,
    createdAt: comment.created_at,
    url: comment.html_url,
  }))

export const permissionSchema: z.ZodType<Permission> = z
  .object({ permission: z.string(), role_name: z.string(), user: accountSchema })
  .transform(({ permission, role_name, user }) => ({
    userId: user.id,
    roleName: role_name,
    base: permission,
  }))

export const runSchema: z.ZodType<Run> = z
  .object({
    id,
    html_url: z.string(),
    status: z.string().nullable(),
    conclusion: z.string().nullable(),
    display_title: z.string(),
    event: z.string(),
    run_attempt: z.int().positive().optional(),
    actor: accountSchema.nullish(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((run) => ({
    id: run.id,
    url: run.html_url,
    status: run.status ?? 'unknown',
    conclusion: run.conclusion ?? undefined,
    title: run.display_title,
    event: run.event,
    attempt: run.run_attempt ?? 1,
    actorId: run.actor?.id,
    createdAt: run.created_at,
    updatedAt: run.updated_at,
  }))

export const runsSchema = z
  .object({ workflow_runs: z.array(runSchema) })
  .transform(({ workflow_runs }) => workflow_runs)

export const jobsSchema = z
  .object({
    jobs: z.array(
      z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullable() }),
    ),
  })
  .transform(({ jobs }): readonly Job[] =>
    jobs.map((job) => ({ ...job, conclusion: job.conclusion ?? undefined })),
  )

/** A user has a login, a team a name; either may be absent from a reviewer that was deleted. */
const reviewersSchema = z
  .array(
    z.object({
      reviewer: z.object({ login: z.string().optional(), name: z.string().nullish() }).nullish(),
    }),
  )
  .transform((reviewers) =>
    reviewers.flatMap(({ reviewer }) => reviewer?.login ?? reviewer?.name ?? []),
  )

export const pendingSchema = z.array(
  z
    .object({
      environment: z.object({ name: z.string() }),
      wait_timer_started_at: instant.nullish(),
      reviewers: reviewersSchema,
    })
    .transform(({ environment, wait_timer_started_at, reviewers }) => ({
      environment: environment.name,
      reviewers,
      since: wait_timer_started_at ?? undefined,
    })),
)

export const approvalsSchema: z.ZodType<readonly Approval[]> = z.array(
  z
    .object({
      state: z.string(),
      environments: z.array(z.object({ name: z.string() })),
      user: accountSchema.nullish(),
    })
    .transform(({ state, environments, user }) => ({
      state,
      environments: environments.map(({ name }) => name),
      user: user ?? undefined,
    })),
)

/** A rule about reviewers in an unknown form counts as none, which refuses. */
const rulesSchema = z
  .array(z.looseObject({ type: z.string(), reviewers: z.unknown().optional() }))
  .transform((rules) =>
    rules
      .filter(({ type }) => type === 'required_reviewers')
      .flatMap(({ reviewers }) => reviewersSchema.safeParse(reviewers).data ?? []),
  )

export const environmentSchema = z
  .object({
    name: z.string(),
    protection_rules: rulesSchema.optional(),
    /** Not in GitHub's description, but in its answers. */
    can_admins_bypass: z.boolean().optional(),
  })
  .transform(({ name, protection_rules: reviewers = [], can_admins_bypass }) => ({
    name,
    hasReviewers: reviewers.length > 0,
    reviewers,
    canAdminsBypass: can_admins_bypass,
  }))

/** The text of a file; nothing for a directory, a link, a submodule and what is longer than 1 MB. */
export const fileSchema = z
  .object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() })
  .transform(({ content }) => Buffer.from(content, 'base64').toString('utf8'))
  .or(z.union([z.array(z.unknown()), z.object({ type: z.string() })]).transform(() => undefined))

export const membershipSchema = z
  .object({ state: z.string() })
  .transform(({ state }) => state === 'active')

/** Without run details GitHub answers 204, and the client gives an empty text. */
export const dispatchSchema = z
  .object({ workflow_run_id: id, html_url: z.url() })
  .transform(({ workflow_run_id, html_url }) => ({ runId: workflow_run_id, url: html_url }))
  .or(z.unknown().transform(() => undefined))

export const nothingSchema = z.unknown().transform(() => undefined)
