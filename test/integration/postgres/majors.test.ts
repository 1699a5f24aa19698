import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { findClient } from '../../../action/postgres/client-programs.ts'
import { clientsOfMajor } from '../../support/postgres/clients-of-major.ts'
import { reportMissing } from '../../support/postgres/report-missing.ts'
import { seedAwkward } from '../../support/postgres/seed-awkward.ts'
import { seedShop } from '../../support/postgres/seed-shop.ts'
import { serverOfMajor } from '../../support/postgres/server-of-major.ts'
import { openSourceUnderTest, readAll } from '../../support/postgres/source-under-test.ts'
import { type Cluster, startCluster } from '../../support/postgres/start-cluster.ts'

const run = promisify(execFile)
const majors = [14, 15, 16, 17, 18]
/** Majors that must not be missing, "14,15,16": set where all of them are known to be there. */
const required = (process.env['STRONGROOM_REQUIRED_MAJORS'] ?? '').split(',')

/** Folders with client programs besides the system's own, as a search path. */
async function clientPath(): Promise<string> {
  const found = await Promise.all([17, 18].map(clientsOfMajor))
  return found.filter((folder) => typeof folder === 'string').join(delimiter)
}

function programOptions({ host, port, user, password }: Cluster, database: string) {
  const env = {
    PATH: '/usr/bin:/bin',
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
  }
  return { env, maxBuffer: 64 * 1024 * 1024 }
}

it.for(majors)('PostgreSQL %d is described, dumped and comes back', async (major, { annotate }) => {
  const server = await serverOfMajor(major)
  if ('unavailable' in server) {
    // Seen in the report, and a failure where the surroundings promise that major.
    expect(required).not.toContain(String(major))
    reportMissing(`PostgreSQL ${major}: ${server.unavailable}`)
    return
  }
  const cluster = await startCluster({ server })
  onTestFinished(() => cluster.stop())
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const searchPath = await clientPath()
  const log = { info: () => undefined, warn: () => undefined }
  const request = { serverMajor: major, installClient: false, log, searchPath } as const
  const client = await findClient({ ...request, purpose: 'dump' })
  await annotate(`server ${server.version}, client programs ${client.version}`)
  const stockDump = async (database: string) => {
    const { stdout } = await run(client.pgDump, ['-w'], programOptions(cluster, database))
    return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '')
  }

  for (const name of ['source', 'from plain', 'from custom']) await cluster.createDatabase(name)
  await seedShop((sql) => cluster.query('source', sql), { orders: 100 })
  await seedAwkward((sql) => cluster.query('source', sql))
  for (const format of ['plain', 'custom'] as const) {
    const source = openSourceUnderTest(cluster.url('source'), { searchPath })
    onTestFinished(() => source.dispose())
    const facts = await source.describe()
    expect(facts).toMatchObject({ version: server.version, major, largeObjects: true })
    expect(await source.findObstacles()).toEqual([])
    expect(await source.prepareClient(facts)).toEqual({
      version: client.version,
      notes: client.notes,
    })
    const bytes = await readAll((await source.start({ format })).chunks)
    const file = join(folder, format)
    writeFileSync(file, format === 'plain' ? fitFor(major, bytes) : bytes)
    const isNewer = client.major >= 17 && major < 17
    const target = programOptions(cluster, `from ${format}`)
    if (format === 'plain') {
      await run(client.psql, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file], target)
    } else {
      // The same parameter again, which pg_restore sends by itself and survives.
      const strict = isNewer ? [] : ['--exit-on-error']
      const restored = run(client.pgRestore, [...strict, '-d', '', file], target)
      await (isNewer ? expect(restored).rejects.toThrow('errors ignored on restore: 1') : restored)
    }
    expect(await stockDump(`from ${format}`)).toBe(await stockDump('source'))
  }
})

/** Servers before 17 refuse a parameter that newer clients write, as the client's note says. */
function fitFor(major: number, plain: Buffer): Buffer {
  if (major >= 17) return plain
  return Buffer.from(
    plain.toString('latin1').replace(/^SET transaction_timeout = 0;$/m, ''),
    'latin1',
  )
}

it('pg_dump of an older major than the server is refused before a dump', async () => {
  const server = await serverOfMajor(18)
  const newer = await clientsOfMajor(18)
  if ('unavailable' in server || typeof newer !== 'string') {
    expect(required).not.toContain('18')
    reportMissing('a server that is newer than the client programs could not be had')
    return
  }
  const cluster = await startCluster({ server })
  onTestFinished(() => cluster.stop())
  const source = openSourceUnderTest(cluster.url())
  onTestFinished(() => source.dispose())
  const installed = await findClient({
    serverMajor: 14,
    purpose: 'dump',
    installClient: false,
    log: { info: () => undefined, warn: () => undefined },
  })
  const prepared = source.prepareClient(await source.describe())
  await (installed.major >= 18
    ? expect(prepared).resolves.toMatchObject({ version: expect.any(String) })
    : expect(prepared).rejects.toMatchObject({ code: 'client_too_old' }))
})
