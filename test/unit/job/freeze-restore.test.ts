import { describe, expect, it } from 'vitest'
import { parseFrozenPlan } from '../../../action/domain/frozen-plan.ts'
import { countBytes, databaseNameBytesMax } from '../../../action/domain/keep-database-name.ts'
import { renderSummary } from '../../../action/domain/render-summary.ts'
import { type FreezeRequest, freezeRestore } from '../../../action/job/freeze-restore.ts'
import { createAgedWorld, newestId, olderId } from './aged-world.ts'

const run = { runId: '5001', repository: 'acme/shop' }
const requestedBy = { login: 'asker', id: 1 }

async function freeze(action: FreezeRequest['action'], wanted = 'latest', database?: string) {
  const world = await createAgedWorld()
  if (database !== undefined) rename(world, database)
  const result = await freezeRestore(world.ports, { action, wanted, requestedBy, ...run })
  return { world, result, plan: parseFrozenPlan(result.plan) }
}

/** Gives every backup of the world another database. */
function rename({ catalogState }: Awaited<ReturnType<typeof createAgedWorld>>, database: string) {
  const { manifest, records } = catalogState
  if (manifest === undefined) throw new Error('an aged world has a manifest')
  const backups = manifest.backups.map((backup) => ({ ...backup, database }))
  catalogState.manifest = { ...manifest, backups }
  for (const [id, record] of records) {
    if (record !== 'corrupt') records.set(id, { ...record, database })
  }
}

describe('freezeRestore', () => {
  it('takes the backup’s own database as the target where none is named, and only reads', async () => {
    const { world, result, plan } = await freeze({ command: 'restore', mode: 'swap' })
    expect(plan).toMatchObject({ backupId: newestId, target: result.backup.database, mode: 'swap' })
    expect(world.calls.names.filter((name) => !name.startsWith('catalog.read'))).toEqual([])
  })

  it('keeps the target that is named', async () => {
    const { plan } = await freeze({ command: 'restore', mode: 'in-place', target: 'copy' }, olderId)
    expect(plan).toMatchObject({ backupId: olderId, target: 'copy' })
  })

  it.each(['shop', 'x'.repeat(63), '数'.repeat(21), 'Shop "ü" 😀'.repeat(6)])(
    'names a new database after %j and the backup, within what a server keeps',
    async (database) => {
      const { plan } = await freeze({ command: 'restore', mode: 'new-database' }, olderId, database)
      const target = plan.command === 'restore' ? plan.target : ''
      expect(target).toMatch(/__restored_\d{8}t\d{6}z_[a-z2-7]{4}$/)
      expect(database.startsWith(target.replace(/__restored_.*$/, ''))).toBe(true)
      expect(countBytes(target)).toBeLessThanOrEqual(databaseNameBytesMax)
    },
  )

  it('shows id, key, size, digest, target, requester and the age of the data', async () => {
    const { world, result, plan } = await freeze({ command: 'restore', mode: 'swap' })
    const summary = renderSummary(result, { now: world.ports.clock.now() })
    for (const text of [
      plan.backupId,
      plan.key,
      plan.checksum,
      'asker',
      'Target',
      'Age of the data',
    ])
      expect(summary).toContain(text)
    const ageMs = world.ports.clock.now().getTime() - Date.parse(result.backup.startedAt)
    expect(result.dataAgeMs).toBe(ageMs)
    expect(ageMs).toBeGreaterThan(0)
  })

  it('has no target for a deletion', async () => {
    const { plan } = await freeze({ command: 'delete' }, olderId)
    expect(plan).not.toHaveProperty('target')
  })
})
