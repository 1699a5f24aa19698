import type { Reading, Repository, Run } from '../ports.ts'
import {
  approvalsSchema,
  dispatchSchema,
  environmentSchema,
  jobsSchema,
  nothingSchema,
  pendingSchema,
  runSchema,
  runsSchema,
} from './answers.ts'
import type { Sender } from './create-sender.ts'
import type { Place } from './place.ts'
import { wholeSeconds } from './whole-seconds.ts'

/** Most pages of 100 runs, or jobs of a run, of one listing. */
const pagesMax = 5

/** Most runs of one page. */
const pageSize = 100

/** What a run may be before it has completed. */
const openStatuses = ['queued', 'in_progress', 'waiting', 'pending', 'requested']

const permission = 'actions: read'
const workflowRuns = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
const run = '/repos/{owner}/{repo}/actions/runs/{run_id}'

type RunMethods = Pick<
  Repository,
  | 'dispatch'
  | 'listRuns'
  | 'listOpenRuns'
  | 'readRun'
  | 'readJobs'
  | 'readPendingDeployments'
  | 'readApprovals'
  | 'readEnvironment'
  | 'cancelRun'
>

/** Runs of workflows: started, followed, stopped. */
export function connectRuns(
  sender: Sender,
  place: Place,
  facts: { readonly defaultBranch: string; readonly tellsRuns: boolean },
): RunMethods {
  const ofRun = (run_id: number) => ({ permission, parameters: { ...place, run_id } })

  return {
    dispatch: (workflow_id, inputs) =>
      sender.write({
        route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
        permission: 'actions: write',
        parameters: {
          ...place,
          workflow_id,
          ref: facts.defaultBranch,
          inputs,
          ...(facts.tellsRuns ? { return_run_details: true } : {}),
        },
        schema: dispatchSchema,
      }),
    async listRuns(workflow_id, since) {
      const created = `>=${wholeSeconds(since)}`
      const parameters = { ...place, workflow_id, event: 'workflow_dispatch', created }
      const ask = { route: workflowRuns, permission, parameters, schema: runsSchema }
      const reading = await sender.readPages(ask, pagesMax)
      if (reading.kind !== 'found') return reading
      return reading.value.isComplete ? { kind: 'found', value: reading.value.items } : tooMany
    },
    listOpenRuns: (workflow_id) => listOpenRuns(sender, { ...place, workflow_id }),
    readRun: (runId) => sender.read({ ...ofRun(runId), route: `GET ${run}`, schema: runSchema }),
    async readJobs(runId) {
      const ask = { ...ofRun(runId), route: `GET ${run}/jobs`, schema: jobsSchema }
      const reading = await sender.readPages(ask, pagesMax)
      return reading.kind === 'found' ? { kind: 'found', value: reading.value.items } : reading
    },
    readPendingDeployments: (runId) =>
      sender.read({
        ...ofRun(runId),
        route: `GET ${run}/pending_deployments`,
        schema: pendingSchema,
      }),
    readApprovals: (runId) =>
      sender.read({ ...ofRun(runId), route: `GET ${run}/approvals`, schema: approvalsSchema }),
    readEnvironment: (environment_name) =>
      sender.read({
        route: 'GET /repos/{owner}/{repo}/environments/{environment_name}',
        permission,
        parameters: { ...place, environment_name },
        schema: environmentSchema,
      }),
    cancelRun: (runId) =>
      sender.write({
        ...ofRun(runId),
        route: `POST ${run}/cancel`,
        permission: 'actions: write',
        schema: nothingSchema,
      }),
  }
}

/**
 * Runs that have not completed: those among the newest hundred, and where there are more runs than
 * that, also those that GitHub finds by their status.
 */
async function listOpenRuns(
  sender: Sender,
  of: Readonly<Record<string, unknown>>,
): Promise<Reading<readonly Run[]>> {
  const list = (parameters: Readonly<Record<string, unknown>>) =>
    sender.read({
      route: workflowRuns,
      permission,
      parameters: { ...of, ...parameters, per_page: pageSize },
      schema: runsSchema,
    })
  const newest = await list({})
  if (newest.kind !== 'found') return newest
  const found = [...newest.value]
  if (newest.value.length === pageSize) {
    for (const older of await Promise.all(openStatuses.map((status) => list({ status })))) {
      if (older.kind !== 'found') return older
      found.push(...older.value)
    }
  }
  const open = new Map(
    found.filter(({ status }) => status !== 'completed').map((item) => [item.id, item]),
  )
  return { kind: 'found', value: [...open.values()].toSorted((a, b) => b.id - a.id) }
}

const tooMany: Reading<never> = {
  kind: 'failed',
  problem: 'there are more runs than the bot looks at, expected fewer',
  hint: 'Look at the runs of the workflow under Actions.',
}
