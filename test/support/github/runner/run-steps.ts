import { newRunner, type Runner } from '../../acceptance/run-step.ts'
import type { Progress } from '../expressions/functions.ts'
import { interpolate, isMet } from '../expressions/interpolate.ts'
import type { Values } from '../expressions/value.ts'
import { type Masks, maskLog } from './masks.ts'
import { type ActionFile, inputVariables } from './read-action.ts'
import { type BundleEnd, runBundle } from './run-bundle.ts'
import { type ActiveRun, githubVariables } from './run-scene.ts'
import type { JobFile, StepFile } from './workflow-file.ts'

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
  readonly step: StepFile
  readonly title: string
  readonly action: ActionFile
  readonly variables: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
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
    const title = step.name ?? `Run ${step.uses}`
    const key = step.id ?? `__${index}`
    if (!isMet(step.if, { contexts: own, progress })) {
      steps[key] = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' }
      continue
    }
    const action = active.readAction(step.uses)
    if (action === undefined) {
      steps[key] = { outputs: {}, outcome: 'success', conclusion: 'success' }
      continue
    }
    const variables = stepVariables(scene, step, action, own)
    const end = await runStep(scene, runner, { bundle: action.main, title, variables })
    done.unshift({ step, title, action, variables, state: end.state })
    environment = { ...environment, ...end.environment }
    const outcome = end.code === 0 ? 'success' : signal.aborted ? 'cancelled' : 'failure'
    const conclusion = outcome === 'failure' && step['continue-on-error'] ? 'success' : outcome
    steps[key] = { outputs: end.outputs, outcome, conclusion }
    if (progress === 'success') progress = conclusion
  }
  for (const { title, action, variables, state } of done) {
    if (action.post === undefined) continue
    const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])
    const all = { ...variables, ...Object.fromEntries(saved) }
    const post = { bundle: action.post, title: `Post ${title}`, variables: all }
    const end = await runStep(scene, runner, post)
    if (end.code !== 0 && progress === 'success') progress = 'failure'
  }
  if (signal.aborted) progress = 'cancelled'
  return { progress, steps }
}

/** What is to be run of a step. */
interface Part {
  readonly bundle: string
  readonly title: string
  readonly variables: Readonly<Record<string, string>>
}

async function runStep(
  { active, name, masks, signal }: ActiveJob,
  runner: Runner,
  { bundle, title, variables }: Part,
): Promise<BundleEnd> {
  const { payload: event, began } = active
  // What runs although the job was stopped is not stopped once more.
  const stop = signal.aborted ? undefined : signal
  const request = { event, environment: variables, began, signal: stop }
  const end = await runBundle(bundle, runner, request)
  const text = maskLog(end.log, masks)
  const summary = masks.hide(end.summary)
  active.logs.push({ job: name, step: title, text, summary, code: end.code })
  return end
}

function stepVariables(
  scene: ActiveJob,
  step: StepFile,
  action: ActionFile,
  contexts: Values,
): Record<string, string> {
  const own = interpolateAll(step.env, contexts)
  const seen = { ...contexts, env: { ...(contexts['env'] as Values), ...own } }
  const given = interpolateAll(step.with, seen)
  const presets = Object.entries(action.inputs).flatMap(([input, preset]) =>
    preset === undefined ? [] : [[input, interpolate(preset, { contexts: seen })]],
  )
  return {
    ...(seen.env as Record<string, string>),
    ...githubVariables(scene.contexts['github'] as Values),
    GITHUB_ACTION: `__${step.id ?? 'strongroom'}`,
    ...inputVariables(action, { ...Object.fromEntries(presets), ...given }),
  }
}

function interpolateAll(
  texts: Readonly<Record<string, string>>,
  contexts: Values,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, interpolate(text, { contexts })]),
  )
}
