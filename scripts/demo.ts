import { once } from 'node:events'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import type { Backup } from '../action/domain/backup.ts'
import { formatSize } from '../action/domain/format-size.ts'
import { quoteShell } from '../action/domain/quote-shell.ts'
import { setup } from '../test/support/ensure-programs.ts'
import type { Peek } from '../test/support/s3-server/peek.ts'
import {
  compareTables,
  type Fingerprint,
  fingerprint,
  isSame,
  listTables,
} from './demo/fingerprint.ts'
import type { Narrator } from './demo/narrator.ts'
import { byHandDatabase, restoreByHand } from './demo/restore-by-hand.ts'
import { runProgram } from './demo/run-command.ts'
import { runDemo } from './demo/run-demo.ts'
import { readIndex, seedAgedBackups } from './demo/seed-aged-backups.ts'
import { startWorld, type World } from './demo/start-world.ts'

/**
 * `npm run demo`: a real PostgreSQL server and a real S3 protocol server on loopback, and every claim of the README tried on
 * them. `npm run demo -- --keep` leaves both running until Ctrl-C.
 */
const orders = 10_000
const restoreDelaySeconds = 2

interface Scene {
  readonly world: World
  readonly narrator: Narrator
  readonly signal: AbortSignal
}

/** Runs a command of the terminal door, shown as a user would type it. */
async function strongroom(scene: Scene, script: string, words: readonly string[]): Promise<void> {
  const { world, narrator, signal } = scene
  narrator.command(`npm run ${script}${words.length === 0 ? '' : ` -- ${words.join(' ')}`}`)
  const command = { 'backup:database': 'backup' }[script] ?? script.replace('backup:', '')
  const code = await runProgram(
    process.execPath,
    ['action/cli.ts', command, ...words],
    world.settings,
    signal,
  )
  if (code !== 0)
    throw new Error(`Cannot go on: "npm run ${script}" ended with ${code}, expected 0`)
}

async function showBackup(scene: Scene): Promise<void> {
  scene.narrator.chapter('Back it up, look at it, check it')
  await strongroom(scene, 'backup:database', [])
  await strongroom(scene, 'backup:list', [])
  await strongroom(scene, 'backup:verify', ['latest'])
}

async function showStockTools(scene: Scene, before: Fingerprint): Promise<void> {
  const { world, narrator, signal } = scene
  narrator.chapter('Restore it without Strongroom, with stock tools')
  const [backup] = await readIndex(world)
  if (backup === undefined) throw new Error('Cannot go on: the bucket holds no backup')
  const isRestored = await restoreByHand(world, backup, narrator, signal)
  const now = await fingerprint(world.cluster, byHandDatabase)
  narrator.table(compareTables(before, now))
  narrator.prove(
    'gunzip and psql alone bring back the same rows',
    isRestored && isSame(before, now),
  )
}

async function showRotation(scene: Scene): Promise<void> {
  const { world, narrator } = scene
  const objects = world.server.peek(world.bucket)
  narrator.chapter('Rotation: DAILY 7 days, WEEKLY 28, MONTHLY 365, MANUAL for ever')
  const expired = await seedAgedBackups(world)
  const before = await readIndex(world)
  narrator.say(`The bucket now holds ${before.length} backups of more than two years.`)
  const snapshot = () => objects.keys().map((key) => [key, objects.describe(key)?.etag])
  const untouched = JSON.stringify(snapshot())
  await strongroom(scene, 'backup:cleanup', ['--dry-run'])
  narrator.prove('the dry run changed nothing', JSON.stringify(snapshot()) === untouched)
  await strongroom(scene, 'backup:cleanup', ['--yes'])
  const wanted = before.filter(({ id }) => !expired.includes(id))
  const left = await readIndex(world)
  narrator.prove(
    `the ${expired.length} expired ones are gone, bytes and all, and the other ${wanted.length} are there`,
    isDeepStrictEqual(left, wanted) &&
      !objects.keys('strongroom/backups/').some((key) => expired.some((id) => key.includes(id))) &&
      wanted.every((backup) => backup.status === 'FAILED' || isStored(backup, objects)),
  )
}

function isStored({ fileUrl, fileSize }: Backup, objects: Peek): boolean {
  const key = fileUrl.replace(/^s3:\/\/[^/]+\//, '')
  return objects.describe(key)?.size === fileSize
}

async function showRestore(scene: Scene, before: Fingerprint): Promise<void> {
  const { world, narrator } = scene
  const { cluster, database } = world
  narrator.chapter('Lose data, and restore it')
  for (const sql of [
    'DROP TABLE public.order_items CASCADE',
    'DELETE FROM public.events',
    "UPDATE public.customers SET email = 'oops-' || id",
  ]) {
    narrator.command(`psql "$DATABASE_URL" -c ${quoteShell(sql)}`)
    await cluster.query(database, sql)
  }
  const damaged = await fingerprint(cluster, database)
  narrator.table(compareTables(before, damaged))
  await strongroom(scene, 'backup:restore', [
    'latest',
    `--confirm=${database}`,
    `--delay=${restoreDelaySeconds}`,
  ])
  const now = await fingerprint(cluster, database)
  narrator.table(compareTables(before, now))
  narrator.prove(
    'what was lost is back, row for row',
    !isSame(before, damaged) && isSame(before, now),
  )
}

function showPlaces({ world, narrator }: Scene): void {
  const { cluster, server, bucket, directory } = world
  narrator.chapter('Where things are')
  narrator.say(
    `Bucket "${bucket}" of the S3 server at ${server.endpoint} (bytes in ${directory}/bucket):`,
  )
  const objects = server.peek(bucket)
  const rows = objects
    .keys()
    .filter((key) => !key.includes('/audit/'))
    .map((key) => [key, formatSize(objects.describe(key)?.size ?? 0)])
  narrator.table(rows)
  const audits = objects.keys().length - rows.length
  narrator.say(`  and ${audits} audit entries below strongroom/audit/`)
  narrator.say(`PostgreSQL ${cluster.version} at ${cluster.host}:${cluster.port}.`)
}

async function keepRunning({ world, narrator, signal }: Scene): Promise<void> {
  narrator.chapter('Kept running')
  narrator.say('In another shell, in this folder:\n')
  for (const [name, value] of Object.entries(world.settings))
    narrator.say(`export ${name}=${quoteShell(value)}`)
  narrator.say('npm run backup:list\n\nCtrl-C ends it and removes everything.')
  // Only a timer keeps the process alive while nothing happens.
  const timer = setInterval(() => undefined, 60_000)
  await once(signal, 'abort').finally(() => clearInterval(timer))
}

async function play(
  narrator: Narrator,
  signal: AbortSignal,
  options: { readonly keep: boolean },
): Promise<void> {
  narrator.chapter('A shop, and a bucket')
  narrator.say('Starting PostgreSQL and an S3 server in temporary folders ...')
  await setup()
  signal.throwIfAborted()
  const world = await startWorld(orders)
  try {
    const scene = { world, narrator, signal }
    const { cluster, database } = world
    narrator.say(`PostgreSQL ${cluster.version}, database "${database}":`)
    const before = await fingerprint(cluster, database)
    narrator.table(listTables(before))
    await showBackup(scene)
    await showStockTools(scene, before)
    await showRotation(scene)
    await showRestore(scene, before)
    showPlaces(scene)
    if (options.keep) await keepRunning(scene)
  } finally {
    await world.close()
  }
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } })
process.exitCode = await runDemo((narrator, signal) => play(narrator, signal, values), {
  isKept: values.keep,
})
