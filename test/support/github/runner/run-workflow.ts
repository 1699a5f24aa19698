import type { Progress } from '../expressions/functions.ts'
import { changeRun } from '../run-story.ts'
import { enterGroup } from './enter-group.ts'
import { runJob } from './run-job.ts'
import { type ActiveRun, type JobEnd, runContexts } from './run-scene.ts'
import { unlessCancelled } from './unless-cancelled.ts'

/** Carries a run out, from its place in a group to its end. */
export async function runWorkflow(active: ActiveRun, cancel: () => void): Promise<void> {
  const { run, file, signal } = active
  const place = enterGroup(active, file.concurrency, runContexts(active), cancel)
  const waiting = Symbol()
  const first = await Promise.race([place.turn, Promise.resolve(waiting)])
  if (first === waiting) {
    run.attempts[run.attempts.length - 1] = 'pending'
    active.changed()
  }
  try {
    if ((await unlessCancelled(signal, place.turn)) !== true) {
      changeRun(active, 'completed', 'cancelled')
      return
    }
    changeRun(active, 'completed', conclude(active, await runJobs(active)))
  } finally {
    place.leave()
  }
}

/** Every job once those that it needs have ended. */
async function runJobs(active: ActiveRun): Promise<readonly JobEnd[]> {
  const { jobs } = active.file
  const begun = new Map<string, Promise<JobEnd>>()
  const begin = (key: string): Promise<JobEnd> => {
    const known = begun.get(key)
    if (known !== undefined) return known
    const promise = (async () => {
      const names = jobs[key]?.needs ?? []
      const needs: Record<string, JobEnd> = {}
      for (const name of names) needs[name] = await begin(name)
      const ancestors = await Promise.all(ancestorsOf(active, key).map(begin))
      return await runJob(active, key, needs, progressOf(active, Object.values(needs), ancestors))
    })()
    begun.set(key, promise)
    return promise
  }
  return await Promise.all(Object.keys(jobs).map(begin))
}

function ancestorsOf(active: ActiveRun, key: string): readonly string[] {
  const needs = active.file.jobs[key]?.needs ?? []
  return [...new Set(needs.flatMap((name) => [name, ...ancestorsOf(active, name)]))]
}

/** What the status functions of a job are told; one that was skipped is neither a success nor a failure. */
function progressOf(
  { signal }: ActiveRun,
  needs: readonly JobEnd[],
  ancestors: readonly JobEnd[],
): Progress {
  if (signal.aborted) return 'cancelled'
  if (ancestors.some(({ result }) => result === 'failure')) return 'failure'
  return needs.every(({ result }) => result === 'success') ? 'success' : 'skipped'
}

function conclude({ signal }: ActiveRun, ends: readonly JobEnd[]): string {
  const results = ends.map(({ result }) => result)
  if (results.includes('failure') && !signal.aborted) return 'failure'
  if (results.includes('cancelled') || signal.aborted) return 'cancelled'
  return results.every((result) => result === 'skipped') ? 'skipped' : 'success'
}
