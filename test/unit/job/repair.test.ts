import { describe, expect, test } from 'vitest'
import { type RepairRequest, repair } from '../../../action/job/repair.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'

const id = '20261101T030012Z-aaaa'
const orphanId = '20261101T040012Z-bbbb'
const request: RepairRequest = { dryRun: false, orphans: 'report', actor: 'ada' }
const old = new Date('2026-11-01T04:00:00.000Z')

async function createBrokenWorld(): Promise<FakeWorld> {
  const world = createFakeWorld()
  await world.addBackup({ id, createdAt: '2026-11-01T03:00:12.000Z' })
  const entries = world.catalogState.manifest
  if (entries !== undefined) world.catalogState.manifest = { ...entries, backups: [] }
  const key = world.keys.bytes(orphanId, `shop-daily-${orphanId}.sql.gz`)
  world.vaultState.objects.set(key, { bytes: Buffer.from('x'), metadata: {}, modifiedAt: old })
  world.vaultState.uploads.push({ key, uploadId: 'u', startedAt: old })
  return world
}

function actionsOf({ findings }: Awaited<ReturnType<typeof repair>>) {
  return Object.fromEntries(findings.map(({ kind, action }) => [kind, action]))
}

describe('repair', () => {
  test('finds nothing where everything agrees, and writes nothing', async () => {
    const world = createFakeWorld()
    await world.addBackup({ id })
    const result = await repair(world.ports, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'nothing_to_do', findings: [] })
    expect(world.catalogState.written).toEqual([])
    expect(world.catalogState.audits).toEqual([])
  })

  test('mends the index and only tells of orphans', async () => {
    const world = await createBrokenWorld()
    const result = await repair(world.ports, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(actionsOf(result)).toEqual({
      missing_entry: 'mended',
      orphan_bytes: 'reported',
      dangling_upload: 'reported',
    })
    expect(world.entry(id)?.status).toBe('COMPLETED')
    expect(world.vaultState.uploads).toHaveLength(1)
    expect(world.catalogState.audits).toMatchObject([{ action: 'repair', outcome: 'completed' }])
  })

  test('says reported and never mended in a dry run, which changes nothing', async () => {
    const world = await createBrokenWorld()
    world.addEntry(makeBackup({ id, fileSize: 7 }))
    const result = await repair(world.ports, { ...request, dryRun: true, orphans: 'delete' })
    expect(result).toMatchObject({ ok: true, reasonCode: 'dry_run' })
    expect(result.findings.length).toBeGreaterThan(2)
    expect(result.findings.every(({ action }) => action === 'reported')).toBe(true)
    expect(world.calls.names.filter((name) => /change|remove|abort|write/.test(name))).toEqual([])
  })

  test('says that a manifest would be rebuilt in a dry run, and that it was in a run', async () => {
    const world = createFakeWorld()
    await world.addBackup({ id })
    world.catalogState.manifest = undefined
    const dry = await repair(world.ports, { ...request, dryRun: true })
    expect(actionsOf(dry)).toEqual({ rebuilt: 'reported' })
    const run = await repair(world.ports, request)
    expect(actionsOf(run)).toEqual({ rebuilt: 'mended' })
  })

  test('deletes orphans when told to, after the grace period only', async () => {
    const world = await createBrokenWorld()
    const result = await repair(world.ports, { ...request, orphans: 'delete' })
    expect(actionsOf(result)).toMatchObject({ orphan_bytes: 'deleted', dangling_upload: 'deleted' })
    expect(world.vaultState.uploads).toEqual([])
    expect(world.vaultState.objects.size).toBe(1)
    const young = await createBrokenWorld()
    young.clock.advance(Date.parse('2026-11-02T03:00:00.000Z') - young.clock.now().getTime())
    await repair(young.ports, { ...request, orphans: 'delete' })
    expect(young.vaultState.objects.size).toBe(2)
    expect(young.vaultState.uploads).toHaveLength(1)
  })

  test('a locked orphan stays and is told', async () => {
    const world = await createBrokenWorld()
    for (const key of world.vaultState.objects.keys()) world.vaultState.locked.add(key)
    const result = await repair(world.ports, { ...request, orphans: 'delete' })
    expect(actionsOf(result)).toMatchObject({ orphan_bytes: 'reported' })
    expect(world.log.warnings.join()).toContain('locked')
  })

  test('a manifest that cannot be written is a failure that mended nothing', async () => {
    const world = await createBrokenWorld()
    world.catalogState.index = () => 'stale'
    const result = await repair(world.ports, request)
    expect(result).toMatchObject({ ok: false, reasonCode: 'manifest_unwritable' })
    expect(result.findings.some(({ action }) => action === 'mended')).toBe(false)
  })

  test('a deletion that fails is a failure that still tells and audits what was done', async () => {
    const world = await createBrokenWorld()
    world.calls.onCall = (name) => {
      if (name === 'vault.abortUpload') throw unreachable()
    }
    const result = await repair(world.ports, { ...request, orphans: 'delete' })
    expect(result).toMatchObject({ ok: false, reasonCode: 'bucket_unreachable' })
    expect(actionsOf(result)).toEqual({
      missing_entry: 'mended',
      orphan_bytes: 'deleted',
      dangling_upload: 'reported',
    })
    expect(world.catalogState.audits).toMatchObject([{ outcome: 'bucket_unreachable' }])
  })

  test('enters a backup whose index lags as COMPLETED', async () => {
    const world = createFakeWorld()
    const record = await world.addBackup({ id })
    world.addEntry(makeBackup({ id, status: 'IN_PROGRESS', fileSize: 0 }))
    await repair(world.ports, request)
    expect(world.entry(id)).toMatchObject({ status: 'COMPLETED', checksum: record.checksum })
  })
})
