import type { CardNews } from './change-card.ts'
import { describeRun } from './describe-run.ts'
import type { Reading, Repository, Run } from './ports.ts'

/** Reads a run anew, with what it waits for and who decided, as news for its card. */
export async function readRunNews(
  repository: Repository,
  runId: number,
): Promise<Reading<CardNews>> {
  const run = await repository.readRun(runId)
  return run.kind === 'found' ? await readNewsOf(repository, run.value) : run
}

async function readNewsOf(repository: Repository, run: Run): Promise<Reading<CardNews>> {
  const hasEnded = run.status === 'completed'
  const needsJobs = hasEnded && run.conclusion !== 'success' && run.conclusion !== 'cancelled'
  const [approvals, pending, jobs] = await Promise.all([
    repository.readApprovals(run.id),
    hasEnded ? nothing : repository.readPendingDeployments(run.id),
    needsJobs ? repository.readJobs(run.id) : nothing,
  ])
  if (approvals.kind !== 'found') return approvals
  if (pending.kind !== 'found') return pending
  if (jobs.kind !== 'found') return jobs
  const value = describeRun({
    run,
    approvals: approvals.value,
    pending: pending.value,
    jobs: jobs.value,
  })
  return { kind: 'found', value }
}

const nothing: Reading<readonly never[]> = { kind: 'found', value: [] }
