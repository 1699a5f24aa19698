import { join } from 'node:path'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { presign } from '../../test/support/s3-server/presign.ts'
import type { BenchOptions } from './bench-options.ts'
import { createStore } from './create-store.ts'
import { fillDatabase } from './fill-database.ts'
import { type Cost, measure } from './measure.ts'
import type { World } from './open-world.ts'
import { actionLine } from './run-action.ts'
import { median, medianRatio, show, table } from './statistics.ts'

const stockVerify = 'curl | gunzip | sha256sum'

/** How long the link for curl holds. */
const linkSeconds = 43_200

/** Restore and verification against stock tools, in alternating runs. */
export async function benchRestore(
  world: World,
  { gib, runs, has }: BenchOptions,
): Promise<string> {
  const { cluster, directory, env } = world
  await cluster.createDatabase('bench')
  await fillDatabase((sql) => cluster.query('bench', sql), gib)
  const url = cluster.url('bench')
  const psql = join(cluster.binDirectory, 'psql')
  const common = { 'database-url': url, rotate: 'false', 'install-client': 'false' }
  for (const format of ['custom', 'plain']) {
    await measure(actionLine(world, { ...common, format, prefix: format }), env)
  }
  const file = join(directory, 'dump.sql.gz')
  await measure(`${join(cluster.binDirectory, 'pg_dump')} '${url}' | gzip -1 >${file}`, env)
  const restore = (prefix: string, jobs: string) =>
    actionLine(world, {
      command: 'restore',
      'backup-id': 'latest',
      prefix,
      jobs,
      'target-database-url': url,
      confirm: 'bench',
      'restore-delay-seconds': '0',
      'safety-backup': 'false',
      'install-client': 'false',
    })
  const lines: Readonly<Record<string, string>> = {
    'swap of a plain backup': restore('plain', '1'),
    'swap of a custom backup, 2 jobs': restore('custom', '2'),
    'gunzip -c file | psql': `gunzip -c ${file} | ${psql} -X -q -v ON_ERROR_STOP=1 '${cluster.url('stock')}' >/dev/null`,
    'verify, level bytes': actionLine(world, {
      command: 'verify',
      'backup-id': 'latest',
      prefix: 'plain',
    }),
    ...(has('curl') && {
      [stockVerify]: `curl -sf '${await presignNewest(world)}' | gunzip | sha256sum`,
    }),
  }
  const costs = new Map<string, Cost[]>(Object.keys(lines).map((name) => [name, []]))
  for (let round = 0; round < runs; round += 1) {
    for (const [name, line] of Object.entries(lines)) {
      await cluster.query('postgres', 'DROP DATABASE IF EXISTS stock')
      await cluster.createDatabase('stock')
      // Nobody pays for what the one before has left to be written.
      await cluster.query('postgres', 'CHECKPOINT')
      costs.get(name)?.push(await measure(line, env))
      await dropKept(world)
    }
  }
  return render(costs, runs)
}

/** The old databases of earlier rounds would fill the disk. */
async function dropKept({ cluster }: World): Promise<void> {
  const rows = await cluster.query(
    'postgres',
    String.raw`SELECT format('%I', datname) AS name FROM pg_database WHERE datname LIKE 'bench\_\_%'`,
  )
  for (const { name } of rows) await cluster.query('postgres', `DROP DATABASE ${String(name)}`)
}

function render(costs: ReadonlyMap<string, readonly Cost[]>, runs: number): string {
  const walls = (name: string) => (costs.get(name) ?? []).map(({ wallSeconds }) => wallSeconds)
  const ratio = (ours: string, theirs: string) => show(medianRatio(walls(ours), walls(theirs)))
  const stock = 'gunzip -c file | psql'
  const peak = Math.max(...[...costs.values()].flat().map(({ nodePeakMiB }) => nodePeakMiB))
  const rows = [
    ['wall of `swap` / `gunzip -c \\| psql`', ratio('swap of a plain backup', stock), '1.15'],
    ['the same, custom format with 2 jobs', ratio('swap of a custom backup, 2 jobs', stock), '1.0'],
    ...(costs.has(stockVerify)
      ? [
          [
            'speed of `verify` at level bytes / `curl \\| gunzip \\| sha256sum`',
            ratio(stockVerify, 'verify, level bytes'),
            'at least 0.8',
          ],
        ]
      : []),
    ["node's peak memory", `${peak.toFixed(0)} MiB`, '256 MiB'],
  ]
  const absolute = [...costs.entries()].map(([name, measured]) => [
    name.replaceAll('|', '\\|'),
    show(median(measured.map(({ wallSeconds }) => wallSeconds))),
    show(median(measured.map(({ cpuSeconds }) => cpuSeconds))),
  ])
  return [
    '## Restore and verification',
    `The same dump, without safety backup, medians of ${runs} alternating runs.`,
    table(['Measure', 'Measured', 'At most'], rows),
    table(['Way', 'Wall, s', 'CPU, s'], absolute),
  ].join('\n\n')
}

/** A link to the plain backup's bytes, as curl takes it. */
async function presignNewest(world: World): Promise<string> {
  const { endpoint, bucket } = world
  const store = createStore(world)
  const { Contents = [] } = await store.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: 'plain/backups/' }),
  )
  const key = Contents.find(({ Key }) => Key?.endsWith('.sql.gz'))?.Key
  if (key === undefined) throw new Error('Cannot find the plain backup, expected its bytes')
  const { accessKeyId, secretAccessKey } = await store.config.credentials()
  return presign(
    { endpoint, region: 'us-east-1', accessKeyId, secretAccessKey },
    { method: 'GET', bucket, key, expiresSeconds: linkSeconds, now: new Date() },
  )
}
