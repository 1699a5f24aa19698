import { z } from 'zod'
import type { Environment } from './read-inputs.ts'

/** How much of an event's payload is read; GitHub's own limit for webhooks is 25 MB. */
const payloadBytesMax = 26_214_400

const id = z.string().regex(/^\d{1,20}$/)
const word = z.string().regex(/^[^\s\p{Cc}]{1,512}$/u)
const address = z.string().regex(/^https?:\/\/[^\s\p{Cc}@]{1,512}$/u)

/** The variables that the runner sets, each optional off GitHub. */
const variables = {
  runId: { name: 'GITHUB_RUN_ID', schema: id },
  runAttempt: { name: 'GITHUB_RUN_ATTEMPT', schema: z.string().regex(/^\d{1,6}$/) },
  actor: { name: 'GITHUB_ACTOR', schema: word },
  actorId: { name: 'GITHUB_ACTOR_ID', schema: id },
  triggeringActor: { name: 'GITHUB_TRIGGERING_ACTOR', schema: word },
  repository: { name: 'GITHUB_REPOSITORY', schema: z.string().regex(/^[\w.-]+\/[\w.-]+$/) },
  repositoryId: { name: 'GITHUB_REPOSITORY_ID', schema: id },
  serverUrl: { name: 'GITHUB_SERVER_URL', schema: address },
  apiUrl: { name: 'GITHUB_API_URL', schema: address },
  eventName: { name: 'GITHUB_EVENT_NAME', schema: word },
  eventPath: { name: 'GITHUB_EVENT_PATH', schema: z.string().max(4096) },
  ref: { name: 'GITHUB_REF', schema: word },
  refName: { name: 'GITHUB_REF_NAME', schema: word },
  sha: { name: 'GITHUB_SHA', schema: z.string().regex(/^[0-9a-f]{40,64}$/) },
  workflow: { name: 'GITHUB_WORKFLOW', schema: z.string().max(512) },
  job: { name: 'GITHUB_JOB', schema: word },
  /** The step's id, or the action's name with a number where it is used again. */
  step: { name: 'GITHUB_ACTION', schema: word },
  temporaryFolder: { name: 'RUNNER_TEMP', schema: z.string().max(4096) },
} as const

type Variable = keyof typeof variables

const payloadSchema = z.looseObject({
  schedule: z.string().max(256).optional(),
  repository: z.looseObject({ default_branch: z.string().max(1024).optional() }).optional(),
})

/** What is known of the run, nothing of it off GitHub. Texts are the runner's, already validated. */
export interface RunFacts
  extends Readonly<Partial<Record<Exclude<Variable, 'runAttempt'>, string>>> {
  readonly runAttempt?: number
  /** The page of this run. */
  readonly runUrl?: string
  /** The cron line of a scheduled run. */
  readonly schedule?: string
  readonly defaultBranch?: string
  /** What could not be read, for the log. A gate that needs a missing fact refuses by itself. */
  readonly problems: readonly string[]
}

/**
 * Reads the facts of this run from the runner's environment and the event's payload.
 *
 * @param readFile reads a file as text; passed in so that tests need no disk
 */
export function readRunFacts(env: Environment, readFile: (path: string) => string): RunFacts {
  const problems: string[] = []
  const texts: Partial<Record<Variable, string>> = {}
  for (const [key, { name, schema }] of Object.entries(variables)) {
    const text = env[name]
    if (text === undefined || text === '') continue
    const parsed = schema.safeParse(text)
    if (parsed.success) texts[key as Variable] = parsed.data
    else problems.push(`Cannot read ${name}: it has another form, expected what the runner sets`)
  }
  const { runAttempt, ...rest } = texts
  const { serverUrl, repository, runId, eventPath } = rest
  const payload = eventPath === undefined ? {} : readPayload(eventPath, readFile, problems)
  const defaultBranch = payload.repository?.default_branch
  return {
    ...rest,
    ...(runAttempt === undefined ? {} : { runAttempt: Number(runAttempt) }),
    ...(serverUrl === undefined || repository === undefined || runId === undefined
      ? {}
      : { runUrl: `${serverUrl}/${repository}/actions/runs/${runId}` }),
    ...(payload.schedule === undefined ? {} : { schedule: payload.schedule }),
    ...(defaultBranch === undefined ? {} : { defaultBranch }),
    problems,
  }
}

function readPayload(
  path: string,
  readFile: (path: string) => string,
  problems: string[],
): z.infer<typeof payloadSchema> {
  try {
    const text = readFile(path)
    if (text.length > payloadBytesMax) throw new RangeError('the payload is too long')
    return payloadSchema.parse(JSON.parse(text))
  } catch {
    problems.push(
      'Cannot read the payload of the event: GITHUB_EVENT_PATH leads to no such file, or to something else, expected the JSON that the runner writes',
    )
    return {}
  }
}
