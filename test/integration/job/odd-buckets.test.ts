import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp } from '../../../action/job/back-up.ts'
import { backUpAndRotate } from '../../../action/job/back-up-and-rotate.ts'
import { list } from '../../../action/job/list.ts'
import { repair } from '../../../action/job/repair.ts'
import { resolveRecord } from '../../../action/job/resolve-record.ts'
import { verify } from '../../../action/job/verify.ts'
import type { FaultKind } from '../../support/s3-server/faults.ts'
import { loadBucket } from './bucket-snapshot.ts'
import { findDangling, findLies, readContents, statusOf } from './invariants.ts'
import { backUpRequest, dayMs, keys, openPorts, openScene, retention, type Scene } from './scene.ts'
import { createTemplate, type Template } from './template.ts'

const query = { page: 1, perPage: 20 }

let scene: Scene
let template: Template

beforeAll(async () => {
  scene = await openScene()
  template = await createTemplate(scene)
})

afterAll(() => scene?.close())

describe.each([
  ['cut', '{"version":1,"revision":3,"backups":[{'],
  ['empty', ''],
  ['of another kind', '[]'],
])('a manifest that is %s', (name, text) => {
  const bucket = `corrupt-${name.replaceAll(' ', '-')}`

  test('is not written by readers, and quarantined and rebuilt by the next writer', async () => {
    await loadBucket(scene.server, bucket, template.snapshot)
    const peek = scene.server.peek(bucket)
    await peek.write(keys.manifest, text, {})
    const ports = openPorts(scene, bucket)
    const listed = await list(ports, query)
    expect(listed).toMatchObject({ ok: true, source: 'records', matching: 3 })
    expect(listed.problem).toContain('manifest.json')
    expect(await peek.readText(keys.manifest)).toBe(text)

    const made = await backUp(ports, backUpRequest())
    expect(made).toMatchObject({ ok: true, reasonCode: 'completed' })
    ports.close()
    const contents = await readContents(peek)
    expect(await findLies(peek, contents)).toEqual([])
    expect(findDangling(peek, contents)).toEqual([])
    expect(contents.records.size).toBe(4)
    const quarantined = peek.keys('strongroom/quarantine/')
    expect(quarantined).toHaveLength(1)
    expect(await peek.readText(quarantined[0] ?? '')).toBe(text)
  })

  test('is told and left by a dry repair, and rebuilt by a repair', async () => {
    const other = `${bucket}-repair`
    await loadBucket(scene.server, other, template.snapshot)
    const peek = scene.server.peek(other)
    await peek.write(keys.manifest, text, {})
    const ports = openPorts(scene, other)
    const request = { orphans: 'report', actor: 'a test' } as const
    const dry = await repair(ports, { ...request, dryRun: true })
    expect(dry.findings).toMatchObject([{ kind: 'rebuilt', action: 'reported' }])
    expect(await peek.readText(keys.manifest)).toBe(text)
    const run = await repair(ports, { ...request, dryRun: false })
    expect(run.findings).toMatchObject([{ kind: 'rebuilt', action: 'mended' }])
    ports.close()
    expect(findDangling(peek, await readContents(peek))).toEqual([])
  })
})

test('a manifest of a newer version is refused by every command and never written', async () => {
  const bucket = 'version-99'
  await loadBucket(scene.server, bucket, template.snapshot)
  const peek = scene.server.peek(bucket)
  const text = JSON.stringify({ version: 99, anything: true })
  await peek.write(keys.manifest, text, {})
  const before = peek.keys()
  const ports = openPorts(scene, bucket)
  const code = { code: 'manifest_version_unknown' }
  await expect(list(ports, query)).rejects.toMatchObject(code)
  await expect(backUp(ports, backUpRequest())).rejects.toMatchObject(code)
  const request = { dryRun: false, orphans: 'delete', actor: 'a test' } as const
  await expect(repair(ports, request)).rejects.toMatchObject(code)
  ports.close()
  expect(await peek.readText(keys.manifest)).toBe(text)
  expect(peek.keys()).toEqual(before)
})

describe.each<FaultKind>(['ignore-conditions', 'refuse-conditions'])('a bucket with %s', (kind) => {
  test('keeps backups by their records alone: made, listed, rotated, verified, resolved', async () => {
    const bucket = `without-${kind}`
    scene.server.createBucket(bucket)
    const where = (subject: { readonly bucket: string }) => subject.bucket === bucket
    const fault = scene.server.faults.add({ kind, times: Number.POSITIVE_INFINITY, where })
    const peek = scene.server.peek(bucket)
    const aged = openPorts(scene, bucket, -40 * dayMs)
    const old = await backUp(aged, backUpRequest())
    aged.close()
    expect(old).toMatchObject({ ok: true, reasonCode: 'committed_without_index' })
    const ports = openPorts(scene, bucket)
    const made = await backUpAndRotate(ports, { ...backUpRequest(), retention })
    expect(made).toMatchObject({ ok: true, reasonCode: 'committed_without_index' })
    expect(made.rotation?.deleted).toEqual([old.backup?.id])
    expect(peek.keys(keys.manifest)).toEqual([])
    const id = made.backup?.id ?? ''
    expect(await list(ports, query)).toMatchObject({ source: 'records', matching: 1 })
    const resolved = await resolveRecord(ports.catalog, { wanted: 'latest' })
    expect(resolved.record.id).toBe(id)
    const proof = await verify(ports, { wanted: 'latest', level: 'bytes', actor: 'a test' })
    expect(proof.outcome).toBe('verified')
    ports.close()
    fault.remove()
    const contents = await readContents(peek)
    expect(await findLies(peek, contents)).toEqual([])
    expect([...contents.records.keys()]).toEqual([id])
  })

  test('that had a manifest before deletes nothing, and loses nothing', async () => {
    const bucket = `no-longer-${kind}`
    await loadBucket(scene.server, bucket, template.snapshot)
    const where = (subject: { readonly bucket: string }) => subject.bucket === bucket
    const fault = scene.server.faults.add({ kind, times: Number.POSITIVE_INFINITY, where })
    const ports = openPorts(scene, bucket)
    const made = await backUpAndRotate(ports, { ...backUpRequest(), retention })
    ports.close()
    fault.remove()
    expect(made).toMatchObject({ ok: true, reasonCode: 'committed_without_index' })
    expect(made.warnings.join()).toContain('nothing was deleted')
    const peek = scene.server.peek(bucket)
    const contents = await readContents(peek)
    expect(await findLies(peek, contents)).toEqual([])
    expect(contents.records.size).toBe(4)
    expect(statusOf(contents, template.expired)).toBe('COMPLETED')
  })
})
