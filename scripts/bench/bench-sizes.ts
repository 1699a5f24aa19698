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
    const prefix = `size-${gib}`
    const inputs = {
      'database-url': cluster.url('bench'),
      rotate: 'false',
      'install-client': 'false',
    }
    const backup = await measure(actionLine(world, { ...inputs, prefix }), env)
    const proof = { command: 'verify', 'backup-id': 'latest', prefix }
    const verify = await measure(actionLine(world, proof), env)
    rows.push([
      String(gib),
      show(backup.wallSeconds),
      show(backup.wallSeconds / gib),
      show(backup.cpuSeconds),
      backup.nodePeakMiB.toFixed(0),
      show(verify.wallSeconds),
      verify.nodePeakMiB.toFixed(0),
    ])
    await cluster.query('postgres', 'DROP DATABASE bench')
  }
  const head = [
    'Dump, GiB',
    'Backup, s',
    'per GiB, s',
    'CPU, s',
    "Node's peak, MiB",
    'Verify, s',
    "Node's peak, MiB",
  ]
  return ['## Cost against size', 'One run each.', table(head, rows)].join('\n\n')
}
