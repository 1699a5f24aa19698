import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { backUp } from '../../../action/job/back-up.ts'
import type { SourceDatabase } from '../../../action/job/ports.ts'
import { repair } from '../../../action/job/repair.ts'
import { rotate } from '../../../action/job/rotate.ts'
import { loadBucket } from './bucket-snapshot.ts'
import { findDangling, findLies, readContents, statusOf } from './invariants.ts'
import { backUpRequest, openPorts, openScene, retention, type Scene } from './scene.ts'
import { createTemplate, type Template } from './template.ts'

/** Enough of them that their writes collide in every run. */
const together = 8

let scene: Scene
let template: Template

beforeAll(async () => {
  scene = await openScene()
  template = await createTemplate(scene)
})

afterAll(() => scene?.close())

async function judge(bucket: string) {
  const peek = scene.server.peek(bucket)
  const contents = await readContents(peek)
  return { contents, lies: await findLies(peek, contents), dangling: findDangling(peek, contents) }
}

/** Each with a client of its own, as from as many machines. */
async function backUpTogether(bucket: string, databases: readonly string[]) {
  return await Promise.all(
    databases.map(async (database) => {
      const ports = openPorts(scene, bucket)
      const request = backUpRequest({ database, overlap: 'allow' })
      const source = { ...ports.source, name: database }
      const result = await backUp({ ...ports, source }, request)
      ports.close()
      return result
    }),
  )
}

test.each([
  ['of different databases', (place: number) => `shop-${place}`],
  ['of one database that allows it', () => 'shop'],
])('eight backups at once %s lose nothing', async (name, toDatabase) => {
  const bucket = name.includes('one') ? 'at-once-one' : 'at-once-many'
  scene.server.createBucket(bucket)
  const databases = Array.from({ length: together }, (_, place) => toDatabase(place))
  const results = await backUpTogether(bucket, databases)
  expect(results.map(({ ok }) => ok)).toEqual(databases.map(() => true))
  const ids = results.map(({ backup }) => backup?.id ?? '').sort()
  expect(new Set(ids).size).toBe(together)
  const { contents, lies, dangling } = await judge(bucket)
  expect([...contents.records.keys()].sort()).toEqual(ids)
  expect({ lies, dangling }).toEqual({ lies: [], dangling: [] })
  const statuses = ids.map((id) => statusOf(contents, id))
  expect(statuses).toEqual(ids.map(() => 'COMPLETED'))
})

test('of eight backups of one database that refuses overlap just one is made', async () => {
  const bucket = 'at-once-refused'
  scene.server.createBucket(bucket)
  const others = Promise.withResolvers<void>()
  const ended: string[] = []
  const results = await Promise.all(
    Array.from({ length: together }, async () => {
      const ports = openPorts(scene, bucket)
      const source = withGate(ports.source, others.promise)
      const result = await backUp({ ...ports, source }, backUpRequest())
      ended.push(result.reasonCode)
      if (ended.length === together - 1) others.resolve()
      ports.close()
      return result
    }),
  )
  const { contents, lies, dangling } = await judge(bucket)
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(ended.slice(0, -1)).toEqual(Array.from({ length: 7 }, () => 'backup_in_progress'))
  expect(contents.records.size).toBe(1)
  expect({ lies, dangling }).toEqual({ lies: [], dangling: [] })
})

/** The same source, whose dump begins only when `opened` resolves. */
function withGate(source: SourceDatabase, opened: Promise<void>): SourceDatabase {
  return {
    ...source,
    dump: (options, signal) => {
      const session = source.dump(options, signal)
      async function* chunks() {
        await opened
        yield* session.chunks
      }
      return { ...session, chunks: chunks() }
    },
  }
}

test('two rotations at once remove what one would, and nothing else', async () => {
  const bucket = 'two-rotations'
  await loadBucket(scene.server, bucket, template.snapshot)
  const reports = await Promise.all(
    [1, 2].map(async (place) => {
      const ports = openPorts(scene, bucket)
      const report = await rotate(
        { ...ports, holder: `rotation ${place}` },
        { retention, dryRun: false },
      )
      ports.close()
      return report
    }),
  )
  expect(reports.flatMap(({ deleted }) => deleted)).toEqual([template.expired])
  const { contents, lies } = await judge(bucket)
  expect(lies).toEqual([])
  expect(statusOf(contents, template.expired)).toBe('DELETED')
  expect([...contents.records.keys()].sort()).toEqual([template.committed, template.kept].sort())
})

test('backups that race repairs and rotations are all there in the end', async () => {
  const bucket = 'races'
  await loadBucket(scene.server, bucket, template.snapshot)
  const repairing = Array.from({ length: 4 }, async () => {
    const ports = openPorts(scene, bucket)
    const result = await repair(ports, { dryRun: false, orphans: 'delete', actor: 'a test' })
    ports.close()
    return result
  })
  const rotating = [1, 2].map(async () => {
    const ports = openPorts(scene, bucket)
    await rotate(ports, { retention, dryRun: false }).catch((error: unknown) => {
      if (!isFailure(error)) throw error
    })
    ports.close()
  })
  const results = await backUpTogether(bucket, ['shop', 'shop', 'other', 'other'])
  await Promise.all([...repairing, ...rotating])
  const { contents, lies } = await judge(bucket)
  expect(lies).toEqual([])
  for (const { ok, backup } of results) {
    expect(ok).toBe(true)
    expect(statusOf(contents, backup?.id ?? '')).toBe('COMPLETED')
  }
  expect(statusOf(contents, template.kept)).toBe('COMPLETED')
})
