import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Builds the bundles that GitHub runs, and those of the bot: `tsc` emits JavaScript, because ncc cannot read TypeScript 7
 * itself, and ncc bundles that.
 *
 * `node scripts/build.ts [--out <directory>] [--only <bundle>,<bundle>]`, default all of them into `dist`.
 */
const root = resolve(import.meta.dirname, '..')

/** Emitted entry by bundle. */
const bundles = {
  main: 'action/main.js',
  post: 'action/post.js',
  bot: 'bot/main.js',
  'bot-action': 'bot/action.js',
  'bot-fetch': 'bot/fetch-handler.js',
}

/** Most of the server is Probot and what it brings along: halved, it stays below 1.5 MB. */
const minified: readonly string[] = ['bot']

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist' },
    only: { type: 'string', default: Object.keys(bundles).join(',') },
  },
})
const wanted = values.only.split(',')
const out = resolve(root, values.out)
const emitted = join(root, 'build')

run('tsc', ['-p', 'tsconfig.build.json'])
for (const [name, entry] of Object.entries(bundles)) {
  if (!wanted.includes(name)) continue
  const target = join(out, name)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const options = minified.includes(name) ? ['--minify'] : []
  run('ncc', ['build', join(emitted, entry), '-o', target, '--license', 'licenses.txt', ...options])
}

function run(program: string, args: readonly string[]): void {
  const path = join(root, 'node_modules', '.bin', program)
  const { status } = spawnSync(path, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) {
    throw new Error(`Cannot build: ${program} ended with ${status}, expected 0`)
  }
}
