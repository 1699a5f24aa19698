import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { bundlePath } from '../../acceptance/provide-bundle.ts'

const root = resolve(import.meta.dirname, '../../../..')

const actionSchema = z.object({
  inputs: z.record(
    z.string(),
    z.object({ default: z.union([z.string(), z.boolean(), z.number()]).optional() }),
  ),
  outputs: z.record(z.string(), z.unknown()).default({}),
  runs: z.object({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
})

/** An Action of this repository: what its file says, and the bundles behind it. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, string | undefined>>
  readonly outputs: readonly string[]
  readonly main: string
  readonly post: string | undefined
}

/**
 * The Action that `uses:` names: this repository's own, or the bot's, by any name of the owner and any version. Nothing for
 * `actions/checkout`, which needs to do nothing here.
 *
 * @throws Error for any other
 */
export function readAction(uses: string): ActionFile | undefined {
  if (/^actions\/checkout@/.test(uses)) return undefined
  const [, folder] = /^(?:\.|[\w-]+\/strongroom)(?:\/(bot))?\/?(?:@.+)?$/.exec(uses) ?? [
    undefined,
    null,
  ]
  if (folder === null) throw new Error(`The fake runner does not have the Action ${uses}`)
  const path = join(root, folder ?? '', 'action.yml')
  const { inputs, outputs, runs } = actionSchema.parse(parse(readFileSync(path, 'utf8')))
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, { default: preset }]) => [
        name,
        preset === undefined ? undefined : String(preset),
      ]),
    ),
    outputs: Object.keys(outputs),
    main: bundleOf(runs.main),
    post: runs.post === undefined ? undefined : bundleOf(runs.post),
  }
}

/** The bundle under test of a path in action.yml: "dist/main/index.js", "../dist/bot/index.js". */
function bundleOf(path: string): string {
  const [, within] = /(?:^|\/)dist\/(.+)$/.exec(path) ?? []
  if (within === undefined) throw new Error(`Cannot run ${path}: it is no bundle in dist/`)
  return join(bundlePath('main'), '../..', within)
}

/**
 * The variables by which the runner hands inputs over: in capitals, spaces as underscores, hyphens kept; every input of
 * the Action, with its default where the workflow gives nothing.
 *
 * @throws Error for an input that the Action does not have; the runner only warns, a test means it
 */
export function inputVariables(
  action: ActionFile,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(action.inputs, name))
  if (unknown.length > 0) throw new Error(`The Action has no input ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, preset]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? preset ?? '',
    ]),
  )
}
