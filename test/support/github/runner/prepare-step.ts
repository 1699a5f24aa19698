import { interpolate } from '../expressions/interpolate.ts'
import type { Values } from '../expressions/value.ts'
import { type ActionFile, inputVariables, type readAction } from './read-action.ts'
import type { Program } from './run-program.ts'
import { githubVariables } from './run-scene.ts'
import type { StepFile } from './workflow-file.ts'

/** A step with everything worked out. */
export interface PreparedStep {
  readonly title: string
  readonly main: Program
  /** What runs once the job is done. */
  readonly post: Program | undefined
  /** The whole environment but the paths of its files. */
  readonly variables: Readonly<Record<string, string>>
}

/** What a step runs; nothing where it has nothing to do here. */
export function prepareStep(
  step: StepFile,
  contexts: Values,
  read: typeof readAction,
): PreparedStep | undefined {
  const own = interpolateAll(step.env, contexts)
  const seen = { ...contexts, env: { ...(contexts['env'] as Values), ...own } }
  const variables = {
    ...(seen.env as Record<string, string>),
    ...githubVariables(contexts['github'] as Values),
  }
  if ('run' in step) {
    const text = interpolate(step.run, { contexts: seen })
    const [first = ''] = step.run.split('\n')
    const title = step.name ?? `Run ${first}`
    return { title, main: { kind: 'script', text }, post: undefined, variables }
  }
  const action = read(step.uses)
  if (action === undefined) return undefined
  const title = step.name ?? `Run ${step.uses}`
  return {
    title,
    main: { kind: 'bundle', path: action.main },
    post: action.post === undefined ? undefined : { kind: 'bundle', path: action.post },
    variables: { ...variables, ...actionVariables(step), ...givenInputs(action, step.with, seen) },
  }
}

/** Inputs of an Action as variables; the default of one may be an expression itself. */
function givenInputs(
  action: ActionFile,
  given: Readonly<Record<string, string>>,
  contexts: Values,
): Record<string, string> {
  const presets = Object.entries(action.inputs).flatMap(([input, preset]) =>
    preset === undefined ? [] : [[input, interpolate(preset, { contexts })]],
  )
  const all = { ...Object.fromEntries(presets), ...interpolateAll(given, contexts) }
  return inputVariables(action, all)
}

/** Which Action it is; its repository and version are empty for one of the repository itself. */
function actionVariables(step: StepFile & { readonly uses: string }): Record<string, string> {
  const [, repository = '', ref = ''] = /^([\w-]+\/[\w-]+)(?:\/[\w-]+)?@(.+)$/.exec(step.uses) ?? []
  return {
    GITHUB_ACTION: step.id ?? `__${repository.replace('/', '_')}`,
    GITHUB_ACTION_REPOSITORY: repository,
    GITHUB_ACTION_REF: ref,
  }
}

/** Texts of a workflow with their expressions worked out. */
export function interpolateAll(
  texts: Readonly<Record<string, string>>,
  contexts: Values,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, interpolate(text, { contexts })]),
  )
}
