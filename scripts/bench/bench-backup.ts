import { join, resolve } from 'node:path'
import type { BenchOptions } from './bench-options.ts'
import { fillDatabase } from './fill-database.ts'
import { type Cost, measure } from './measure.ts'
import type { World } from './open-world.ts'
import { actionLine } from './run-action.ts'
import { median, medianRatio, show, table } from './statistics.ts'

const script = join(resolve(import.meta.dirname), 'replaced-way.ts')

/** The default backup against the replaced way, the pigz line and pg_dump alone, in alternating runs. */
export async function benchBackup(world: World, { gib, runs, has }: BenchOptions): Promise<string> {
  const { cluster, directory, endpoint, bucket, env } = world
  await cluster.createDatabase('bench')
  await fillDatabase((sql) => cluster.query('bench', sql), gib)
  const url = cluster.url('bench')
  const pgDump = join(cluster.binDirectory, 'pg_dump')
  const hasPigz = has('pigz') && has('aws')
  const lines: Readonly<Record<string, string>> = {
    Strongroom: actionLine(world, {
      'database-url': url,
      rotate: 'false',
      'install-client': 'false',
    }),
    'the replaced way': `node ${script} ${pgDump} '${url}' ${directory} ${endpoint} ${bucket}`,
    ...(hasPigz && {
      'pg_dump, pigz -9, aws s3 cp': `${pgDump} '${url}' | pigz -9 | aws --endpoint-url ${endpoint} s3 cp - s3://${bucket}/pigz/dump.sql.gz`,
    }),
    'pg_dump alone': `${pgDump} '${url}' >/dev/null`,
  }
  const costs = new Map<string, Cost[]>(Object.keys(lines).map((name) => [name, []]))
  // Warms the caches of the server and of the file system.
  const rawSize = Number((await measure(`${pgDump} '${url}' | wc -c`, env)).stdout)
  for (let round = 0; round < runs; round += 1) {
    for (const [name, line] of Object.entries(lines)) {
      costs.get(name)?.push(await measure(line, env))
    }
  }
  const gzipSize = Number((await measure(`${pgDump} '${url}' | gzip -9 | wc -c`, env)).stdout)
  const storedSize = await readStoredSize(world)
  return render(costs, { gzipSize, rawSize, storedSize, runs })
}

async function readStoredSize(world: World): Promise<number> {
  const line = actionLine(world, { command: 'list', 'per-page': '1' })
  const { stdout } = await measure(`${line}; cat ${join(world.directory, 'output')}`, world.env)
  const size = /"fileSize":(\d+)/.exec(stdout)?.[1]
  if (size === undefined) throw new Error('Cannot read the stored size: the list names none')
  return Number(size)
}

function render(
  costs: ReadonlyMap<string, readonly Cost[]>,
  facts: { gzipSize: number; rawSize: number; storedSize: number; runs: number },
): string {
  const of = (name: string, key: 'wallSeconds' | 'cpuSeconds' | 'nodePeakMiB') =>
    (costs.get(name) ?? []).map((cost) => cost[key])
  const walls = of('Strongroom', 'wallSeconds')
  const ratio = (name: string) => show(medianRatio(walls, of(name, 'wallSeconds')))
  const pigz = 'pg_dump, pigz -9, aws s3 cp'
  const rows = [
    ['wall / the replaced way', ratio('the replaced way'), '0.55', '0.36'],
    ...(costs.has(pigz)
      ? [['wall / `pg_dump \\| pigz -9 \\| aws s3 cp -`', ratio(pigz), '0.85', '0.55']]
      : []),
    ['wall / `pg_dump >/dev/null`', ratio('pg_dump alone'), '3.0', '2.2'],
    ...(costs.has(pigz)
      ? [
          [
            "CPU seconds without the server's / the pigz line's",
            show(medianRatio(of('Strongroom', 'cpuSeconds'), of(pigz, 'cpuSeconds'))),
            '0.80',
            '0.40',
          ],
        ]
      : []),
    ['stored size / GNU `gzip -9`', (facts.storedSize / facts.gzipSize).toFixed(3), '1.00', '0.98'],
    [
      "node's peak memory",
      `${Math.max(...of('Strongroom', 'nodePeakMiB')).toFixed(0)} MiB`,
      '256 MiB',
      'flat',
    ],
  ]
  const absolute = [...costs.entries()].map(([name, runs]) => [
    name,
    show(median(runs.map(({ wallSeconds }) => wallSeconds))),
    show(median(runs.map(({ cpuSeconds }) => cpuSeconds))),
    Math.max(...runs.map(({ nodePeakMiB }) => nodePeakMiB)).toFixed(0),
  ])
  return [
    '## Backup',
    `Plain dump of ${(facts.rawSize / 1024 ** 3).toFixed(2)} GiB, default settings, medians of ${facts.runs} alternating runs.`,
    table(['Measure', 'Measured', 'At most', 'Worth reaching'], rows),
    table(['Way', 'Wall, s', 'CPU, s', "Node's peak, MiB"], absolute),
  ].join('\n\n')
}
