import { Failure } from './domain/failure.ts'
import { parseFrozenPlan } from './domain/frozen-plan.ts'
import { judgeGate } from './domain/gate.ts'
import { gateFailure } from './domain/gate-reason.ts'
import { connectGitHub } from './github/connect-github.ts'
import { readGateFacts } from './github/read-gate-facts.ts'
import type { Approved, RunContext } from './run-context.ts'
import { systemClock } from './runner/system-clock.ts'

/**
 * Enforces the approval of an environment before any secret is used: reviewers that really exist, an approver who
 * neither asked nor started the run, the first attempt, the default branch, a fresh plan.
 *
 * @returns what was approved; nothing where no environment was named
 * @throws Failure `gate_refused`
 */
export async function enforceGate(context: RunContext): Promise<Approved | undefined> {
  const { inputs, facts, log, signal } = context
  const { command, environment } = inputs
  if (command !== 'restore' && command !== 'delete') return undefined
  if (environment === undefined) {
    if (inputs.plan === undefined) return undefined
    throw refused('"plan" is given and "environment" is empty', '"environment" beside it')
  }
  const { githubToken: token } = inputs
  const { apiUrl, repository, runId, runAttempt, ref } = facts
  if (token === undefined) throw refused('"github-token" is empty', 'the token of the job')
  if (!apiUrl || !repository || !runId || !runAttempt || !ref) {
    throw refused('the facts of a workflow run are not there', 'a run of GitHub Actions')
  }
  if (inputs.undo !== undefined)
    throw refused('"undo" is given', 'a restore: no plan is made of an undo')
  const plan = parseFrozenPlan(inputs.plan ?? '')
  const github = connectGitHub({ token, apiUrl, repository, sleep: systemClock.sleep, signal })
  const run = { runId, runAttempt, ref, repository, commentId: inputs.commentId }
  const verdict = judgeGate(await readGateFacts(github, environment, run), plan, {
    now: systemClock.now(),
    maxAgeMs: inputs.planMaxAgeMinutes * 60_000,
    command,
    backupId: inputs.backupId,
    ...describeTarget(context),
    requestId: inputs.requestId,
    requestedBy: { id: inputs.requestedById, login: inputs.requestedBy },
  })
  for (const warning of verdict.warnings) log.warn(warning)
  if (verdict.decision === 'refused') throw gateFailure(verdict.reasons)
  const { approvers, requester, isUnprotected } = verdict
  const names = approvers.map(({ login }) => login).join(', ') || 'nobody: nobody has to'
  log.info(
    `Approved by ${names} in environment ${environment}, asked by ${requester.login ?? requester.id}`,
  )
  return { plan, requester, approvers, isUnprotected }
}

/**
 * Where the data will end up, as far as the inputs name it: never from the bucket or a connection, for no secret is
 * used yet. Where they name nothing, the approved plan does.
 */
function describeTarget({ inputs }: RunContext) {
  if (inputs.command !== 'restore') return {}
  const { restoreMode: mode } = inputs
  return { mode, target: mode === 'new-database' ? inputs.restoreDatabase : inputs.confirm }
}

function refused(found: string, expected: string): Failure {
  return new Failure({
    code: 'gate_refused',
    stage: 'gate',
    message: `Cannot pass the gate: ${found}, expected ${expected}`,
    hint: 'See "The approval gate" in docs/permissions-and-threat-model.md.',
  })
}
