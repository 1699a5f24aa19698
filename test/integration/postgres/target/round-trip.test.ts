import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareRows } from '../../../../action/domain/compare-rows.ts'
import { compress } from '../../../../action/stream/compress.ts'
import { hostileTraces, seedAwkward } from '../../../support/postgres/seed-awkward.ts'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { type Fingerprint, fingerprint, pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'

let cluster: Cluster
let source: Fingerprint
let plain: string
const opened: OpenTarget[] = []
const like = { encoding: 'UTF8', collate: 'C.UTF-8', ctype: 'C.UTF-8' }

function open(database: string): OpenTarget {
  const target = openTarget(cluster.url(database))
  opened.push(target)
  return target
}

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.createDatabase('awkward')
  await seedAwkward((sql) => cluster.query('awkward', sql))
  source = await fingerprint(cluster, 'awkward')
  plain = await pgDump(cluster, 'awkward', [])
})

afterAll(async () => {
  for (const target of opened) await target.close()
  await cluster?.stop()
  for (const trace of hostileTraces) rmSync(trace, { force: true })
})

/** The dump as a load wants it, as text or as a file in `folder`. */
async function dumpFor(format: 'plain' | 'custom', folder: string, args: readonly string[] = []) {
  if (format === 'plain') {
    const text = args.length === 0 ? plain : await pgDump(cluster, 'awkward', args)
    return { format, text }
  }
  const path = join(folder, 'dump')
  await pgDump(cluster, 'awkward', ['-Fc', '-Z0', '-f', path, ...args])
  return { format, path }
}

describe.each(['plain', 'custom'] as const)('an awkward database in %s format', (format) => {
  it('is compressed with the rows that the server counts, in chunks of any size', async () => {
    const { target, folder } = open('awkward')
    const dump = wholeLoad('awkward', await dumpFor(format, folder))
    async function* source() {
      let size = 1
      for await (const chunk of dump.open()) {
        for (let at = 0; at < chunk.length; at += size, size = (size * 7) % 65_521) {
          yield chunk.subarray(at, at + size)
        }
      }
    }
    const stream = compress(source(), { level: 1, format }, 1)
    for await (const _ of stream.chunks);
    const counted = await target.countRows('awkward')
    expect(Object.keys(counted).length).toBeGreaterThan(10)
    expect(compareRows(stream.totals().tables ?? {}, counted)).toEqual([])
    expect(Object.values(stream.totals().tables ?? {}).some((rows) => rows > 0)).toBe(true)
  })

  it('load into a scratch database gives it back identical', async () => {
    const { target, folder } = open(`fresh_${format}`)
    const name = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(name, like)
    await target.load(wholeLoad(name, await dumpFor(format, folder)))
    await target.rename(name, `fresh_${format}`)
    expect(await fingerprint(cluster, `fresh_${format}`)).toEqual(source)
    expect(hostileTraces.filter((path) => existsSync(path))).toEqual([])
  })

  it('swap exchanges it with the target and keeps the old one', async () => {
    const name = `swapped_${format}`
    await cluster.createDatabase(name)
    await seedAwkward((sql) => cluster.query(name, sql))
    await cluster.query(name, 'DROP TABLE texts CASCADE; CREATE TABLE newer (a int)')
    const before = await fingerprint(cluster, name)
    const { target, folder } = open(name)
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, like)
    await target.load(wholeLoad(scratch, await dumpFor(format, folder)))
    await target.carryOver(name, scratch)
    await target.analyze(scratch)
    await target.swap({ target: name, scratch, keepAs: `${name}_old`, sessionGraceMs: 0 })
    expect(await fingerprint(cluster, name)).toEqual(source)
    expect(await fingerprint(cluster, `${name}_old`)).toEqual(before)
  })

  it('load in place replaces what the target held', async () => {
    const name = `in_place_${format}`
    await cluster.createDatabase(name)
    await seedAwkward((sql) => cluster.query(name, sql))
    await cluster.query(
      name,
      `DROP TABLE texts CASCADE; CREATE TABLE newer (a int); CREATE SCHEMA more;
       ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;
       ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
       GRANT ALL ON SCHEMA public TO PUBLIC; COMMENT ON SCHEMA public IS 'changed';
       CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE CAST (mood AS int) WITH INOUT;
       CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER far FOREIGN DATA WRAPPER dummy`,
    )
    const { target, folder } = open(name)
    // A plain dump with large objects has a COMMIT of its own, which the seal refuses.
    const args = format === 'plain' ? ['-B'] : []
    const request = wholeLoad(name, await dumpFor(format, folder, args), true)
    await target.load(request)
    const expected =
      format === 'custom'
        ? source
        : {
            ...source,
            content: Object.fromEntries(
              Object.entries(source.content).filter(([key]) => !key.startsWith('large object')),
            ),
          }
    const found = await fingerprint(cluster, name)
    const withoutLargeObjects = (text: string) =>
      format === 'custom'
        ? text
        : text.replace(/^.*LARGE OBJECT.*$/gm, '').replace(/(--\n)?\n+/g, '\n')
    expect(withoutLargeObjects(found.schema)).toEqual(withoutLargeObjects(expected.schema))
    expect(found.content).toEqual(expected.content)
  })
})

describe('a plain dump with large objects', () => {
  it('load in place refuses it at its own COMMIT and leaves the target as it was', async () => {
    await cluster.createDatabase('keeps')
    await cluster.query('keeps', 'CREATE TABLE mine AS SELECT 1 AS a')
    const before = await fingerprint(cluster, 'keeps')
    const { target } = open('keeps')
    const load = target.load(wholeLoad('keeps', { format: 'plain', text: plain }, true))
    await expect(load).rejects.toMatchObject({ code: 'hostile_dump' })
    expect(await fingerprint(cluster, 'keeps')).toEqual(before)
  })
})
