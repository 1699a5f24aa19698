/**
 * `npm run bench`: what Strongroom costs, as ratios against named baselines that run in the same round.
 *
 * Options: `--gib=1 --runs=5 --only=backup,restore,sizes,entries,bot,doors --write` (writes docs/performance.md).
 * The baselines need gzip, pigz, curl and the AWS CLI; a missing one is said and its rows are left out.
 * The whole takes about half an hour on two cores.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { setup } from '../test/support/ensure-programs.ts'
import { benchBackup } from './bench/bench-backup.ts'
import { benchBot } from './bench/bench-bot.ts'
import { benchDoors } from './bench/bench-doors.ts'
import { benchEntries } from './bench/bench-entries.ts'
import { benchRestore } from './bench/bench-restore.ts'
import { benchSizes } from './bench/bench-sizes.ts'
import { openWorld } from './bench/open-world.ts'

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: 'backup,restore,sizes,entries,bot,doors' },
    write: { type: 'boolean', default: false },
  },
})
const parts = {
  backup: benchBackup,
  restore: benchRestore,
  sizes: benchSizes,
  entries: benchEntries,
  bot: benchBot,
  doors: benchDoors,
}
const options = { gib: Number(values.gib), runs: Number(values.runs), has }

// Servers and files go with this process: see `openWorld` and `measure`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
await setup()
const missing = ['gzip', 'pigz', 'aws', 'curl'].filter((program) => !has(program))
if (missing.length > 0) {
  console.log(`Missing, so that rows are left out: ${missing.join(', ')}`)
}
const sections: string[] = []
for (const [name, bench] of Object.entries(parts)) {
  if (!values.only.split(',').includes(name)) continue
  const world = await openWorld()
  try {
    const section = await bench(world, options)
    console.log(`\n${section}`)
    sections.push(section)
  } finally {
    await world.close()
  }
}
if (values.write) {
  const page = join(resolve(import.meta.dirname, '..'), 'docs', 'performance.md')
  const text = readFileSync(page, 'utf8')
  const [before] = text.split('<!-- measured -->')
  const [, after = ''] = text.split('<!-- /measured -->')
  const measured = [describeMachine(), ...sections].join('\n\n')
  writeFileSync(page, `${before}<!-- measured -->\n\n${measured}\n\n<!-- /measured -->${after}`)
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

function describeMachine(): string {
  const memoryGiB = Math.round(totalmem() / 1024 ** 3)
  const [first] = cpus()
  const when = new Date().toISOString().slice(0, 10)
  return `Measured on ${when}: ${cpus().length} cores (${first?.model.trim()}), ${memoryGiB} GiB of memory, node ${process.version}, a shared machine. Servers run on the same machine, on loopback, without fsync.`
}
