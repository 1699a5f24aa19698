import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { keepDatabaseName } from '../../../action/domain/keep-database-name.ts'
import type { RestoreResult } from '../../../action/domain/result.ts'
import { backUp } from '../../../action/job/back-up.ts'
import type { RestoreRequest } from '../../../action/job/plan-restore.ts'
import { restore } from '../../../action/job/restore.ts'
import { openRestoreTarget } from '../../../action/postgres/target/open-restore-target.ts'
import type { FaultKind, FaultScript } from '../../support/s3-server/faults.ts'
import { type BucketSnapshot, loadBucket, saveBucket } from './bucket-snapshot.ts'
import { findLies, readContents } from './invariants.ts'
import { recordedRows } from './recorded-source.ts'
import { backUpRequest, openPorts, openScene, type Scene } from './scene.ts'

const target = 'shop'
/** More requests than a restore makes. */
const requestsMax = 100
const timeout = 600_000

let scene: Scene
let snapshot: BucketSnapshot
let id: string
let keptName: string
let folder: string
let buckets = 0

beforeAll(async () => {
  scene = await openScene()
  folder = mkdtempSync(join(tmpdir(), 'strongroom-restore-'))
  scene.server.createBucket('template')
  const ports = openPorts(scene, 'template')
  const { backup } = await backUp(ports, backUpRequest())
  ports.close()
  id = backup?.id ?? ''
  keptName = keepDatabaseName(target, id)
  snapshot = await saveBucket(scene.server, 'template')
  await scene.cluster.query(target, 'DROP TABLE public.items; TRUNCATE public.orders')
})

afterAll(async () => {
  await scene?.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => scene.server.faults.clear())

const request: Omit<RestoreRequest, 'wanted'> = {
  mode: 'swap',
  confirm: target,
  allowDifferentDatabase: false,
  delaySeconds: 0,
  safetyBackup: false,
  dryRun: false,
  jobs: 1,
  schemas: [],
  tables: [],
  noOwner: false,
  noPrivileges: false,
  host: '127.0.0.1',
  isAsked: false,
  actor: 'a test',
}

interface Run {
  readonly result: Pick<RestoreResult, 'ok' | 'reasonCode'>
  readonly lies: readonly string[]
  readonly isStruck: boolean
}

/** One restore into the real server, struck as told; what it left is judged and put back. */
async function runWith(script: FaultScript): Promise<Run> {
  buckets += 1
  const bucket = `restore-${buckets}`
  await loadBucket(scene.server, bucket, snapshot)
  const { where = () => true } = script
  const fault = scene.server.faults.add({
    ...script,
    where: (subject) => subject.bucket === bucket && where(subject),
  })
  const ports = openPorts(scene, bucket)
  const opened = openRestoreTarget({
    url: scene.cluster.url(target),
    temporaryDirectory: folder,
    installClient: false,
    redact: (text) => text,
    log: ports.log,
    clock: ports.clock,
    random: ports.random,
  })
  let result: Run['result']
  try {
    result = await restore(
      { ...ports, target: opened, takeSafetyBackup: () => backUp(ports, backUpRequest()) },
      { ...request, wanted: id },
      new AbortController().signal,
    )
  } catch (error) {
    if (!isFailure(error)) throw error
    result = { ok: false, reasonCode: error.code }
  } finally {
    fault.remove()
    await opened.close()
    ports.close()
  }
  const lies = [...(await judgeServer(result.ok)), ...(await judgeBucket(bucket))]
  return { result, lies, isStruck: fault.struck() > 0 }
}

async function judgeServer(isOk: boolean): Promise<string[]> {
  const databases = await databasesOf()
  const rows = await rowsOf(databases)
  const isKept = databases.includes(keptName)
  const isWhole = JSON.stringify(rows) === JSON.stringify(recordedRows)
  const isAsBefore =
    JSON.stringify(rows) === JSON.stringify({ 'public.orders': 0, 'public.items': -1 })
  await putBack(databases)
  const others = databases.filter((name) => name !== target && name !== keptName)
  return [
    ...(isWhole || isAsBefore ? [] : [`the target is neither: ${JSON.stringify(rows)}`]),
    ...(isWhole === isOk ? [] : [`it said ok: ${isOk} over a target that is whole: ${isWhole}`]),
    ...(isWhole === isKept ? [] : ['the old database is kept, or gone, wrongly']),
    ...others.map((name) => `"${name}" was left behind`),
  ]
}

async function databasesOf(): Promise<string[]> {
  const rows = await scene.cluster.query(
    'postgres',
    `SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'`,
  )
  return rows.map(({ datname }) => String(datname))
}

/** Rows of the tables, -1 where there is none. */
async function rowsOf(databases: readonly string[]): Promise<Record<string, number>> {
  if (!databases.includes(target)) return {}
  const count = async (table: string) => {
    const [found] = await scene.cluster.query(target, `SELECT to_regclass('${table}') AS oid`)
    if (found?.['oid'] === null) return -1
    const [counted] = await scene.cluster.query(
      target,
      `SELECT count(*)::int AS rows FROM ${table}`,
    )
    return Number(counted?.['rows'])
  }
  return {
    'public.orders': await count('public.orders'),
    'public.items': await count('public.items'),
  }
}

/** The old database back under its name, for the next run. */
async function putBack(databases: readonly string[]): Promise<void> {
  if (!databases.includes(keptName)) return
  await scene.cluster.query('postgres', `DROP DATABASE "${target}" WITH (FORCE)`)
  await scene.cluster.query('postgres', `ALTER DATABASE "${keptName}" RENAME TO "${target}"`)
}

async function judgeBucket(bucket: string): Promise<string[]> {
  const peek = scene.server.peek(bucket)
  const contents = await readContents(peek)
  const entry = contents.manifest?.backups.find((backup) => backup.id === id)
  const isThere = entry?.status === 'COMPLETED' && contents.records.has(id)
  return [...(await findLies(peek, contents)), ...(isThere ? [] : ['the backup is lost'])]
}

async function strikeEach(kind: FaultKind, mustPass: boolean): Promise<string[]> {
  const broken: string[] = []
  for (let nth = 1; nth <= requestsMax; nth += 1) {
    const { result, lies, isStruck } = await runWith({ kind, nth })
    if (!isStruck) return nth === 1 ? ['no request was struck'] : broken
    const where = `${kind} at request ${nth} (${result.reasonCode})`
    broken.push(...lies.map((lie) => `${where}: ${lie}`))
    if (mustPass && !result.ok) broken.push(`${where} ended the restore`)
  }
  return [...broken, `more than ${requestsMax} requests were made`]
}

describe('a restore into a real server, its n-th request struck once', { timeout }, () => {
  test.each(['reset-after'] as const)('rides out %s', async (kind) => {
    expect(await strikeEach(kind, true)).toEqual([])
  })

  test.each(['truncate', 'flip', 'denied'] as const)(
    'leaves the target as before or whole after %s, and says which',
    async (kind) => {
      expect(await strikeEach(kind, false)).toEqual([])
    },
  )
})

describe('a restore whose bytes do not come as they are, ever', { timeout }, () => {
  test.each(['truncate', 'shorten', 'flip', '503', 'reset-before', 'denied'] as const)(
    'leaves the target as before while %s lasts',
    async (kind) => {
      const { result, lies, isStruck } = await runWith({
        kind,
        times: Number.POSITIVE_INFINITY,
        // A cut at its first byte brings nothing on, however often it is tried.
        atByte: kind === 'truncate' ? 0 : 40,
        operation: 'GetObject',
        where: ({ key }) => key.endsWith('.sql.gz'),
      })
      expect({ isStruck, lies, ok: result.ok }).toEqual({ isStruck: true, lies: [], ok: false })
    },
  )
})
