import { z } from 'zod'
import type { BotContext, Delivery } from './ports.ts'
import { readRequestIds } from './run-of-request.ts'

const run = z.object({
  id: z.int().positive(),
  display_title: z.string().nullish(),
  event: z.string().nullish(),
})
const repository = z.object({ id: z.int().positive() })

/** By event: where a webhook names its run. Nothing else of it is used, since the run is read anew. */
const schemas = {
  workflow_run: z
    .object({ repository, workflow_run: run })
    .transform((event) => ({ ...event, run: event.workflow_run })),
  workflow_job: z
    .object({
      repository,
      // The state of a queued job is that of its run, which is told of as well.
      action: z.enum(['waiting', 'in_progress', 'completed']),
      workflow_job: z.object({
        run_id: z.int().positive(),
        head_branch: z.string().nullish(),
      }),
    })
    .transform(({ workflow_job: job, ...event }) => ({
      ...event,
      run: { id: job.run_id, display_title: undefined, event: undefined },
      branch: job.head_branch,
    })),
  deployment_review: z
    .object({ repository, workflow_run: run })
    .transform((event) => ({ ...event, run: event.workflow_run })),
  deployment_status: z
    .object({ repository, workflow_run: run })
    .transform((event) => ({ ...event, run: event.workflow_run })),
} as const

export type RunEventName = keyof typeof schemas

export function isRunEvent(name: string): name is RunEventName {
  return Object.hasOwn(schemas, name)
}

/**
 * The id of the run that a webhook is about, where it may be one of this bot's. Runs of other workflows
 * are told of too, many more than ours, so what the webhook itself rules out costs no call.
 */
export function readRunEvent(
  context: Pick<BotContext, 'repositoryId' | 'defaultBranch'>,
  name: RunEventName,
  payload: Delivery['payload'],
): number | undefined {
  const parsed = schemas[name].safeParse(payload)
  if (!parsed.success || parsed.data.repository.id !== context.repositoryId) return undefined
  const { run: told } = parsed.data
  const branch = 'branch' in parsed.data ? parsed.data.branch : undefined
  if (isOther(branch, context.defaultBranch) || isOther(told.event, 'workflow_dispatch')) {
    return undefined
  }
  const title = told.display_title
  const isOurs = typeof title !== 'string' || readRequestIds(title).length > 0
  return isOurs ? told.id : undefined
}

function isOther(value: string | null | undefined, expected: string): boolean {
  return value !== undefined && value !== null && value !== expected
}
