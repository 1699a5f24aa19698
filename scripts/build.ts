import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Builds the bundles that GitHub runs: `tsc` emits JavaScript, because ncc cannot read TypeScript 7 itself, and ncc bundles
 * that.
 *
 * `node scripts/build.ts [--out <directory>]`, default `dist`.
 */
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } })
const out = resolve(root, values.out)
const emitted = join(root, 'build')

run('tsc', ['-p', 'tsconfig.build.json'])
for (const door of ['main', 'post']) {
  const target = join(out, door)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  run('ncc', [
    'build',
    join(emitted, 'action', `${door}.js`),
    '-o',
    target,
    '--license',
    'licenses.txt',
  ])
}

function run(program: string, args: readonly string[]): void {
  const path = join(root, 'node_modules', '.bin', program)
  const { status } = spawnSync(path, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) {
    throw new Error(`Cannot build: ${program} ended with ${status}, expected 0`)
  }
}
