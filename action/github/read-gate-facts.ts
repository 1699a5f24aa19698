import { z } from 'zod'
import { Failure } from '../domain/failure.ts'
import { findGaps } from '../domain/gate-environment.ts'
import type { ApprovalFacts, EnvironmentFacts, GateFacts } from '../domain/gate-facts.ts'
import { accountSchema, environmentSchema, instantSchema, readRules } from './answers.ts'
import type { GitHub, GitHubAnswer, GitHubRoute } from './github.ts'
import { readAskingFacts } from './read-asking-facts.ts'
import { readCardFacts } from './read-card-facts.ts'
import { readUnprotected } from './read-unprotected.ts'

/** Most records of approvals that are looked at; more than a run can have. */
const approvalsMax = 1_000

/** The run as the runner describes it; what it does not say is missing. */
export interface RunContext {
  /** `GITHUB_RUN_ID`. */
  readonly runId?: string | undefined
  /** `GITHUB_RUN_ATTEMPT`. */
  readonly runAttempt?: number | undefined
  /** `GITHUB_REF`. */
  readonly ref?: string | undefined
  /** `GITHUB_REPOSITORY`, of which the token reads. */
  readonly repository?: string | undefined
  /** The status card, by the inputs' word. */
  readonly commentId?: number | undefined
}

const repositorySchema = z.object({ default_branch: z.string().min(1) })

const runSchema = z.object({
  id: z.int().positive(),
  run_attempt: z.int().positive().optional(),
  head_branch: z.string().nullable(),
  created_at: instantSchema,
  actor: accountSchema.nullish(),
  triggering_actor: accountSchema.nullish(),
})

const approvalsSchema = z
  .array(
    z.object({
      state: z.string(),
      environments: z.array(z.object({ id: z.int().positive() })),
      user: accountSchema.nullable(),
    }),
  )
  .max(approvalsMax)

/**
 * Reads what `judgeGate` judges. The token needs `actions: read`; `issues: read` where a bot started the run; and
 * `contents: read` where the environment is not fully protected, which only the policy file can allow.
 *
 * @throws {@link Failure} `gate_refused` where something cannot be read or is not as GitHub describes
 *   it, because what is unknown must not open anything; an environment that does not exist is a fact
 */
export async function readGateFacts(
  github: GitHub,
  environmentName: string,
  context: RunContext,
): Promise<GateFacts> {
  const { runId, repository: fullName } = context
  if (runId === undefined || fullName === undefined) {
    throw unreadable('the run', 'this is no workflow run, expected one')
  }
  const ofRun = { run_id: runId }
  const repository = await readNeeded(github, needs.repository, repositorySchema)
  const environment = await readEnvironment(github, environmentName)
  const run = await readNeeded(github, needs.run, runSchema, ofRun)
  const approvals = await readNeeded(github, needs.approvals, approvalsSchema, ofRun)
  if (String(run.id) !== runId) {
    throw unreadable('the run', 'it is another one, expected this one')
  }
  const isOpen = environment !== undefined && findGaps(environment).length > 0
  const policy = isOpen ? await readUnprotected(github, repository.default_branch) : {}
  const isBots = run.triggering_actor?.type === 'Bot'
  const card = isBots ? await readCardFacts(github, context.commentId) : undefined
  const asking = card && (await readAskingFacts(github, card.requestId))
  return {
    run: {
      id: runId,
      repository: fullName,
      attempts: [context.runAttempt, run.run_attempt],
      ref: context.ref ?? '',
      branch: run.head_branch ?? undefined,
      createdAt: run.created_at,
      actor: run.actor ?? undefined,
      triggeringActor: run.triggering_actor ?? undefined,
    },
    defaultBranch: repository.default_branch,
    environment,
    ...policy,
    card,
    asking,
    approvals: approvals.map(
      ({ state, environments, user }): ApprovalFacts => ({
        state,
        environmentIds: environments.map(({ id }) => id),
        user: user ?? undefined,
      }),
    ),
  }
}

interface Need {
  readonly what: string
  readonly route: GitHubRoute
}

const needs = {
  repository: { what: 'the repository', route: 'GET /repos/{owner}/{repo}' },
  environment: {
    what: 'the environment',
    route: 'GET /repos/{owner}/{repo}/environments/{environment_name}',
  },
  run: { what: 'the run', route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}' },
  approvals: {
    what: 'the approvals',
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals',
  },
} as const satisfies Record<string, Need>

async function readEnvironment(
  github: GitHub,
  name: string,
): Promise<EnvironmentFacts | undefined> {
  const { what, route } = needs.environment
  const answer = await github.read(route, { environment_name: name })
  if (answer.kind === 'missing') return undefined
  const environment = parse(what, answer, environmentSchema)
  if (environment.name.toLowerCase() === name.toLowerCase()) return readRules(environment)
  throw unreadable(what, 'it has another name, expected the one that was asked for')
}

async function readNeeded<T>(
  github: GitHub,
  { what, route }: Need,
  schema: z.ZodType<T>,
  parameters: Readonly<Record<string, string>> = {},
): Promise<T> {
  return parse(what, await github.read(route, parameters), schema)
}

function parse<T>(what: string, answer: GitHubAnswer, schema: z.ZodType<T>): T {
  if (answer.kind === 'missing') {
    throw unreadable(what, 'GitHub answered 404, expected 200')
  }
  if (answer.kind === 'failed') {
    throw unreadable(what, answer.problem, answer.hint, answer.cause)
  }
  const parsed = schema.safeParse(answer.data)
  if (parsed.success) return parsed.data
  throw unreadable(what, 'the answer has another form, expected the one that GitHub describes')
}

function unreadable(what: string, problem: string, hint?: string, cause?: unknown): Failure {
  return new Failure({
    code: 'gate_refused',
    stage: 'gate',
    message: `Cannot read ${what} for the gate: ${problem}`,
    hint:
      hint ?? 'Give the job the permission `actions: read` and pass its token as `github-token`.',
    ...(cause === undefined ? {} : { cause }),
  })
}
