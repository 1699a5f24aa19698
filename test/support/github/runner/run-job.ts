import type { Progress } from '../expressions/functions.ts'
import { interpolate, interpolateValue, isMet } from '../expressions/interpolate.ts'
import type { Values } from '../expressions/value.ts'
import { type EnvironmentState, seedEnvironment } from '../resources/environments.ts'
import { addJob, type JobState } from '../resources/jobs.ts'
import { changeJob, changeRun, requestReview } from '../run-story.ts'
import { seedToken } from '../tokens.ts'
import { enterGroup } from './enter-group.ts'
import { createMasks } from './masks.ts'
import { type ActiveRun, type JobEnd, runContexts } from './run-scene.ts'
import { runSteps } from './run-steps.ts'
import { tokenPermissions } from './token-permissions.ts'
import { unlessCancelled } from './unless-cancelled.ts'
import type { JobFile } from './workflow-file.ts'

const skipped: JobEnd = { result: 'skipped', outputs: {} }

/**
 * Carries one job out: its condition, its environment with the people who must agree, its place in a group, its steps.
 *
 * @param needs how the jobs that it needs ended
 * @param before how all the jobs before it went
 */
export async function runJob(
  active: ActiveRun,
  key: string,
  needs: Readonly<Record<string, JobEnd>>,
  before: Progress,
): Promise<JobEnd> {
  const { file, world, repository, run } = active
  const job = file.jobs[key]
  if (job === undefined) throw new Error(`There is no job ${key}`)
  const contexts = { ...runContexts(active), needs: { ...needs } } as unknown as Values
  const scope = { contexts }
  const name = interpolate(job.name ?? key, scope)
  if (!isMet(job.if, { contexts, progress: before })) {
    changeJob(active, addJob(world, run, name), 'completed', 'skipped')
    return skipped
  }
  const named = job.environment === undefined ? '' : interpolate(job.environment, scope)
  const environment = named === '' ? undefined : findEnvironment(active, named)
  const state = addJob(world, run, name, environment)
  changeJob(active, state, 'queued')
  const end = (result: 'failure' | 'cancelled'): JobEnd => {
    changeJob(active, state, 'completed', result)
    return { result, outputs: {} }
  }
  const verdict =
    environment === undefined ? 'approved' : await askReviewers(active, state, environment)
  if (verdict !== 'approved') return end(verdict === 'rejected' ? 'failure' : 'cancelled')
  const stop = new AbortController()
  const place = enterGroup(active, job.concurrency, contexts, () => stop.abort())
  try {
    if ((await unlessCancelled(active.signal, place.turn)) !== true) return end('cancelled')
    const secrets = { ...repository.secrets, ...environment?.secrets }
    const vars = { ...repository.variables, ...environment?.variables }
    return await carryOut(active, {
      key,
      job,
      state,
      contexts: { ...contexts, vars },
      secrets,
      stop,
    })
  } finally {
    place.leave()
  }
}

/** Naming an environment that is missing creates it, without rules, as on GitHub. */
function findEnvironment({ world, repository }: ActiveRun, name: string): EnvironmentState {
  return repository.environments.get(name.toLowerCase()) ?? seedEnvironment(world, repository, name)
}

async function askReviewers(
  active: ActiveRun,
  state: JobState,
  environment: EnvironmentState,
): Promise<'approved' | 'rejected' | 'cancelled'> {
  if (environment.reviewers === undefined) return 'approved'
  requestReview(active, state)
  const verdict = await unlessCancelled(active.signal, active.reviewed(environment))
  if (verdict === 'approved') changeJob(active, state, 'queued')
  return verdict ?? 'cancelled'
}

interface Ready {
  readonly key: string
  readonly job: JobFile
  readonly state: JobState
  readonly contexts: Values
  readonly secrets: Readonly<Record<string, string>>
  readonly stop: AbortController
}

async function carryOut(active: ActiveRun, ready: Ready): Promise<JobEnd> {
  const { world, repository } = active
  const { key, job, state, contexts, secrets, stop } = ready
  const permissions = tokenPermissions(job.permissions ?? active.file.permissions)
  const token = seedToken(world, permissions, { repositoryIds: new Set([repository.id]) })
  const masks = createMasks()
  for (const secret of [token, ...Object.values(secrets)]) masks.add(secret)
  const all: Values = {
    ...contexts,
    github: { ...(contexts['github'] as Values), token, job: key },
    secrets: { ...secrets, GITHUB_TOKEN: token },
    runner: { os: 'Linux', environment: 'github-hosted' },
  }
  const minutes = Number(interpolateValue(String(job['timeout-minutes']), { contexts }))
  const timer = setTimeout(() => stop.abort(), minutes * active.minuteMs)
  const signal = AbortSignal.any([active.signal, stop.signal])
  changeRun(active, 'in_progress')
  changeJob(active, state, 'in_progress')
  try {
    const { progress, steps } = await runSteps({
      active,
      name: state.name,
      job,
      contexts: all,
      masks,
      signal,
    })
    const outputs: Record<string, string> = {}
    for (const [name, text] of Object.entries(job.outputs)) {
      const value = interpolate(text, { contexts: { ...all, steps } })
      // GitHub: "Skip output since it may contain secret".
      if (masks.hide(value) === value) outputs[name] = value
      else active.dropped.push(`${key}.${name}`)
    }
    changeJob(active, state, 'completed', progress)
    return { result: progress, outputs }
  } finally {
    clearTimeout(timer)
    world.tokens.delete(token)
  }
}
