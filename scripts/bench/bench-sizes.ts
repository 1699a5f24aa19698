import type { BenchOptions } from './bench-options.ts'
import { fillDatabase } from './fill-database.ts'
import { measure } from './measure.ts'
import type { World } from './open-world.ts'
import { actionLine } from './run-action.ts'
import { show, table } from './statistics.ts'

const sizesGib = [0.1, 0.5, 1, 2, 4]

/** Cost against size: a straight line in time, flat in memory. */
export async function benchSizes(world: World, _options: BenchOptions): Promise<string> {
  const { cluster, env } = world
  const rows: string[][] = []
  for (const gib of sizesGib) {
    await cluster.createDatabase('bench')
    await fillDatabase((sql) => cluster.query('bench', sql), gib)
    const cost = await measure(
      actionLine(world, {
        'database-url': cluster.url('bench'),
        prefix: `size-${gib}`,
        rotate: 'false',
        'install-client': 'false',
      }),
      env,
    )
    rows.push([
      String(gib),
      show(cost.wallSeconds),
      show(cost.wallSeconds / gib),
      show(cost.cpuSeconds),
      cost.nodePeakMiB.toFixed(0),
    ])
    await cluster.query('postgres', 'DROP DATABASE bench')
  }
  const head = ['Dump, GiB', 'Wall, s', 'Wall per GiB, s', 'CPU, s', "Node's peak, MiB"]
  return ['## Cost against size', 'One run each.', table(head, rows)].join('\n\n')
}
