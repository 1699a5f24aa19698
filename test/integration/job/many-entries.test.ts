import { afterAll, beforeAll, expect, test } from 'vitest'
import { entryOf } from '../../../action/domain/entry-of-record.ts'
import { backUp } from '../../../action/job/back-up.ts'
import { cleanUp } from '../../../action/job/clean-up.ts'
import { list } from '../../../action/job/list.ts'
import { repair } from '../../../action/job/repair.ts'
import { makeRecord } from '../../support/make-backup.ts'
import { readContents } from './invariants.ts'
import { backUpRequest, dayMs, keys, openPorts, openScene, retention, type Scene } from './scene.ts'

/** So many entries are old enough for rotation; the others are MANUAL and never expire. */
const expiredCount = 5
const timeout = 300_000

let scene: Scene

beforeAll(async () => {
  scene = await openScene()
})

afterAll(() => scene?.close())

/** A bucket with so many backups, each with its record and its bytes. */
async function fill(bucket: string, count: number): Promise<void> {
  scene.server.createBucket(bucket)
  const peek = scene.server.peek(bucket)
  const records = Array.from({ length: count }, (_, place) => recordOf(bucket, place))
  for (const record of records) {
    await peek.write(keys.record(record.id), JSON.stringify(record))
    await peek.write(keys.bytes(record.id, record.filename), 'bytes')
  }
  const updatedAt = new Date().toISOString()
  const manifest = { version: 1, revision: count, updatedAt, backups: records.map(entryOf) }
  await peek.write(keys.manifest, JSON.stringify(manifest))
}

function recordOf(bucket: string, place: number) {
  const at = new Date(Date.now() - 400 * dayMs + place * 60_000)
  const id = `${at.toISOString().replace(/[-:]|\.\d{3}/g, '')}-aaaa`
  const filename = `shop-daily-${id}.sql.gz`
  return makeRecord({
    id,
    createdAt: at.toISOString(),
    filename,
    fileUrl: `s3://${bucket}/${keys.bytes(id, filename)}`,
    fileSize: 5,
    nonce: `nonce-of-${place}`,
    ...(place >= expiredCount && { type: 'MANUAL' as const }),
  })
}

test(
  '10,000 entries: backup, list, clean-up and repair do what they do with ten',
  async () => {
    const count = 10_000
    await fill('many', count)
    const ports = openPorts(scene, 'many')
    const made = await backUp(ports, backUpRequest())
    expect(made).toMatchObject({ ok: true, reasonCode: 'completed' })
    const listed = await list(ports, { page: 1, perPage: 20 })
    expect(listed).toMatchObject({ matching: count + 1, pages: 501, source: 'manifest' })
    expect(listed.backups[0]?.id).toBe(made.backup?.id)
    const cleaned = await cleanUp(ports, { retention, dryRun: false, actor: 'a test' })
    expect(cleaned).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(cleaned.rotation.deleted).toHaveLength(expiredCount)
    const repaired = await repair(ports, { dryRun: false, orphans: 'delete', actor: 'a test' })
    expect(repaired).toMatchObject({ ok: true, reasonCode: 'nothing_to_do', findings: [] })
    ports.close()
  },
  timeout,
)

test(
  'a manifest of more than a page of records is rebuilt from them, to the last',
  async () => {
    const count = 1_100
    await fill('gone', count)
    const peek = scene.server.peek('gone')
    await peek.remove(keys.manifest)
    const ports = openPorts(scene, 'gone')
    const listed = await list(ports, { page: 1, perPage: 20 })
    expect(listed).toMatchObject({ matching: count, source: 'records' })
    const rebuilt = await repair(ports, { dryRun: false, orphans: 'report', actor: 'a test' })
    expect(rebuilt).toMatchObject({ ok: true, reasonCode: 'completed' })
    ports.close()
    const { manifest, records } = await readContents(peek)
    expect(manifest?.backups).toHaveLength(count)
    expect(records.size).toBe(count)
  },
  timeout,
)
