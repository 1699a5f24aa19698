import { newRunner, type Runner } from '../../acceptance/run-step.ts'
import type { Progress } from '../expressions/functions.ts'
import { isMet } from '../expressions/interpolate.ts'
import type { Values } from '../expressions/value.ts'
import { type Masks, maskLog } from './masks.ts'
import { interpolateAll, prepareStep } from './prepare-step.ts'
import { type Program, type ProgramEnd, runProgram } from './run-program.ts'
import type { ActiveRun } from './run-scene.ts'
import type { JobFile } from './workflow-file.ts'

/** A job whose steps are being carried out. */
export interface ActiveJob {
  readonly active: ActiveRun
  readonly name: string
  readonly job: JobFile
  readonly contexts: Values
  readonly masks: Masks
  /** Aborted where the job is cancelled or out of time. */
  readonly signal: AbortSignal
}

/** How the steps went, and what expressions can see of them. */
export interface StepsEnd {
  readonly progress: Progress
  readonly steps: Values
}

interface Done {
  readonly title: string
  readonly post: Program
  readonly variables: Readonly<Record<string, string>>
}

/** Runs the steps of a job in their order, then what they left to do after it, backwards. */
export async function runSteps(scene: ActiveJob): Promise<StepsEnd> {
  const { active, job, contexts, signal } = scene
  const runner = await newRunner(active.folder)
  const steps: Record<string, Values> = {}
  const done: Done[] = []
  let environment = interpolateAll({ ...active.file.env, ...job.env }, contexts)
  let progress: Progress = 'success'
  for (const [index, step] of job.steps.entries()) {
    if (signal.aborted) progress = 'cancelled'
    const own = { ...contexts, steps, env: environment, job: { status: progress } }
    const key = step.id ?? `__${index}`
    const plan = isMet(step.if, { contexts: own, progress })
      ? prepareStep(step, own, active.readAction)
      : undefined
    if (plan === undefined) {
      steps[key] = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' }
      continue
    }
    const { title, main, post, variables } = plan
    const end = await runStep(scene, runner, { what: main, title, variables })
    if (post !== undefined) {
      const saved = Object.entries(end.state).map(([name, value]) => [`STATE_${name}`, value])
      const all = { ...variables, ...Object.fromEntries(saved) }
      done.unshift({ title: `Post ${title}`, post, variables: all })
    }
    environment = { ...environment, ...end.environment }
    const outcome = end.code === 0 ? 'success' : signal.aborted ? 'cancelled' : 'failure'
    const conclusion = outcome === 'failure' && step['continue-on-error'] ? 'success' : outcome
    steps[key] = { outputs: end.outputs, outcome, conclusion }
    if (progress === 'success') progress = conclusion
  }
  for (const { title, post, variables } of done) {
    const end = await runStep(scene, runner, { what: post, title, variables })
    if (end.code !== 0 && progress === 'success') progress = 'failure'
  }
  if (signal.aborted) progress = 'cancelled'
  return { progress, steps }
}

/** What is to be run of a step. */
interface Part {
  readonly what: Program
  readonly title: string
  readonly variables: Readonly<Record<string, string>>
}

async function runStep(
  { active, name, masks, signal }: ActiveJob,
  runner: Runner,
  { what, title, variables }: Part,
): Promise<ProgramEnd> {
  const { payload: event, began } = active
  // What runs although the job was stopped is not stopped once more.
  const stop = signal.aborted ? undefined : signal
  const request = { event, environment: variables, began, signal: stop }
  const end = await runProgram(what, runner, request)
  const text = maskLog(end.log, masks)
  const summary = masks.hide(end.summary)
  active.logs.push({ job: name, step: title, text, summary, code: end.code })
  return end
}
