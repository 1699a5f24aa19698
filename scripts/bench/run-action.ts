import { join, resolve } from 'node:path'
import type { World } from './open-world.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** The line of bash that runs the committed bundle as the runner does, with these inputs. */
export function actionLine(world: World, inputs: Readonly<Record<string, string>>): string {
  const variables = Object.entries(inputs).map(
    ([name, value]) => `'INPUT_${name.toUpperCase()}=${value}'`,
  )
  const output = join(world.directory, 'output')
  const state = join(world.directory, 'state')
  const node = join(root, 'node_modules', '.bin', 'node')
  const bundle = join(root, 'dist', 'main', 'index.js')
  return `: >${output}; : >${state}; env GITHUB_OUTPUT=${output} GITHUB_STATE=${state} RUNNER_TEMP=${world.directory} ${variables.join(' ')} ${node} ${bundle} >&2`
}
