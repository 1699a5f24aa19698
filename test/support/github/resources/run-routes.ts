import { pageOf } from '../paging.ts'
import { type Call, notFound, ok, type Reply, type Route, refuse } from '../route.ts'
import { changeRun } from '../run-story.ts'
import { judgeCreated } from './created-filter.ts'
import { findRun, presentRun, type RunState, statusOf } from './runs.ts'
import { findWorkflow } from './workflows.ts'

const read = { name: 'actions', level: 'read' } as const

/** Runs that the query leaves, newest first. */
function list(runs: readonly RunState[], call: Call): Reply {
  const { query, repository, apiUrl } = call
  const { actor, branch, event, status, created } = query
  const isWithin = created === undefined ? () => true : judgeCreated(created)
  if (isWithin === undefined) return refuse(422, 'Validation Failed')
  const found = runs
    .filter(
      (run) =>
        (actor === undefined || run.actor.login === actor) &&
        (branch === undefined || run.branch === branch) &&
        (event === undefined || run.event === event) &&
        (status === undefined || statusOf(run) === status || endOf(run) === status) &&
        isWithin(run.createdAt),
    )
    .toSorted((a, b) => b.id - a.id)
  const { items, headers } = pageOf(found, call)
  const workflowRuns = items.map((run) => presentRun(run, repository, apiUrl))
  return {
    status: 200,
    body: { total_count: found.length, workflow_runs: workflowRuns },
    headers,
  }
}

function endOf(run: RunState): string | undefined {
  return statusOf(run) === 'completed' ? run.conclusion : undefined
}

export const runRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-workflow-run',
    permission: read,
    answer(call) {
      const run = findRun(call)
      return run === undefined ? notFound() : ok(presentRun(run, call.repository, call.apiUrl))
    },
  },
  {
    operationId: 'actions/get-workflow-run-attempt',
    permission: read,
    answer(call) {
      const run = findRun(call)
      const attempt = Number(call.parameters['attempt_number'])
      if (run?.attempts[attempt - 1] === undefined) return notFound()
      return ok(presentRun(run, call.repository, call.apiUrl, attempt))
    },
  },
  {
    operationId: 'actions/list-workflow-runs',
    permission: read,
    answer(call) {
      const workflow = findWorkflow(call)
      if (workflow === undefined) return notFound()
      const runs = [...call.repository.runs.values()]
      return list(
        runs.filter((run) => run.workflow === workflow),
        call,
      )
    },
  },
  {
    operationId: 'actions/list-workflow-runs-for-repo',
    permission: read,
    answer: (call) => list([...call.repository.runs.values()], call),
  },
  {
    operationId: 'actions/cancel-workflow-run',
    permission: { name: 'actions', level: 'write' },
    answer(call) {
      const run = findRun(call)
      if (run === undefined) return notFound()
      if (statusOf(run) === 'completed') {
        return refuse(409, 'Cannot cancel a workflow run that is completed.')
      }
      if (run.cancel !== undefined) run.cancel()
      else {
        run.pending = []
        changeRun({ ...call, run }, 'completed', 'cancelled')
      }
      return { status: 202, body: {} }
    },
  },
]
