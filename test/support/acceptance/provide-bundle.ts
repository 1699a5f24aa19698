import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const variable = 'STRONGROOM_DIST'

/**
 * Vitest's global set-up: the bundles that GitHub runs. Those of the environment variable STRONGROOM_DIST, else the committed
 * ones, else a build of this run, which is removed after it.
 *
 * That the committed bundles are those of the source, `scripts/check-dist.ts` proves.
 */
export async function setup(): Promise<() => Promise<void>> {
  const leaveAlone = async () => undefined
  if (process.env[variable]) return leaveAlone
  const committed = join(root, 'dist')
  if (existsSync(join(committed, 'main', 'index.js'))) {
    process.env[variable] = committed
    return leaveAlone
  }
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-dist-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await run(process.execPath, ['scripts/build.ts', '--out', folder], { cwd: root })
  } catch (error) {
    await remove()
    throw error
  }
  process.env[variable] = folder
  return remove
}

/** Path of a bundle: what `runs.main` and `runs.post` of action.yml name. */
export function bundlePath(door: 'main' | 'post'): string {
  const folder = process.env[variable]
  if (!folder)
    throw new Error(
      `Cannot run a bundle: ${variable} is not set, expected provide-bundle.ts as global set-up`,
    )
  return join(folder, door, 'index.js')
}
