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
 * Vitest's global set-up: the bundles that GitHub runs. Those of the environment variable STRONGROOM_DIST, else the
 * committed ones where they are of the source at hand, else a build of this run, which is removed after it.
 */
export async function setup(): Promise<() => Promise<void>> {
  const leaveAlone = async () => undefined
  if (process.env[variable]) return leaveAlone
  const committed = join(root, 'dist')
  if (existsSync(join(committed, 'bot', 'index.js')) && (await isCurrent())) {
    process.env[variable] = committed
    return leaveAlone
  }
  console.warn('dist/ is missing or older than the source: a fresh build is tested')
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

/**
 * Whether nothing of the source was changed after the bundles, as far as git tells; true without git. Byte for byte,
 * `scripts/check-dist.ts` proves it.
 */
async function isCurrent(): Promise<boolean> {
  if (!existsSync(join(root, '.git'))) return true
  const sources = ['action', 'bot', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
  if ((await git('status', '--porcelain', '--', 'dist', ...sources)) !== '') return false
  const source = await git('rev-list', '-1', 'HEAD', '--', ...sources)
  const bundle = await git('rev-list', '-1', 'HEAD', '--', 'dist')
  if (bundle === '') return false
  return (await git('rev-list', '--count', `${bundle}..${source}`)) === '0'
}

async function git(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', [...words], { cwd: root })
  return stdout.trim()
}

/** Path of a bundle: what `runs.main` and `runs.post` of action.yml name, and the doors of the bot. */
export function bundlePath(door: 'main' | 'post' | 'bot' | 'bot-action' | 'bot-fetch'): string {
  const folder = process.env[variable]
  if (!folder) {
    throw new Error(
      `Cannot run a bundle: ${variable} is not set, expected provide-bundle.ts as global set-up`,
    )
  }
  return join(folder, door, 'index.js')
}
