import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { outputKeys } from '../../action/runner/write-outputs.ts'
import { holdTable, waitUntilBlocked } from '../support/acceptance/hold-table.ts'
import { runPost, runStep, startStep } from '../support/acceptance/run-step.ts'
import { startWorld, type World } from '../support/acceptance/start-world.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  await world?.close()
})

/** Inputs of a backup of a new database into a new bucket. */
async function newBackup(given: Readonly<Record<string, string>> = {}) {
  const bucket = world.newBucket()
  const database = await world.newDatabase()
  const inputs = { 'database-url': world.cluster.url(database), ...bucket.inputs, ...given }
  return { bucket, database, inputs }
}

describe('command backup', () => {
  it('says the same in outputs, result, summary and bucket', async () => {
    const { bucket, database, inputs } = await newBackup()
    const step = await startStep(world.folder, { inputs })
    const end = await step.ended
    const { outputs, result, summary } = end
    expect(end.code, end.stdout).toBe(0)
    expect(end.stderr).toBe('')
    expect(Object.keys(outputs).sort()).toEqual([...outputKeys].sort())
    const id = outputs['backup-id'] ?? ''
    expect(outputs).toMatchObject({
      'backup-id': expect.stringMatching(/^\d{8}T\d{6}Z-[a-z2-7]{4}$/),
      filename: `${database}-manual-${id}.sql.gz`,
      'file-url': `s3://${bucket.name}/strongroom/backups/${id}/${database}-manual-${id}.sql.gz`,
      type: 'MANUAL',
      status: 'COMPLETED',
      'duration-ms': expect.stringMatching(/^\d+$/),
      'deleted-count': '0',
      'reason-code': 'completed',
    })
    const bytes = await bucket.peek.read(`strongroom/backups/${id}/${outputs['filename']}`)
    expect(outputs['file-size']).toBe(String(bytes.length))
    expect(outputs['checksum']).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(gunzipSync(bytes).toString()).toContain('-- PostgreSQL database dump complete')
    expect(result).toMatchObject({
      version: 1,
      command: 'backup',
      ok: true,
      backup: {
        id,
        tables: { 'public.customers': 500, 'public.orders': 2000 },
        typeReason: 'not started by a schedule',
        requestedBy: 'octocat',
        runUrl: expect.stringMatching(
          /^https:\/\/github\.example\/acme\/shop\/actions\/runs\/\d+$/,
        ),
      },
      statistics: { total: 1, byStatus: { COMPLETED: 1 } },
    })
    const { backups } = await bucket.manifest()
    expect(backups).toEqual([result.backup])
    expect(summary).toContain(id)
    expect(summary).toContain(outputs['checksum'])
    expect(summary).toContain('gunzip')
    expect(end.leftovers).toEqual([])
    const before = bucket.contents()
    const post = await runPost(step, { inputs })
    expect(post).toMatchObject({ code: 0, stderr: '' })
    expect(bucket.contents()).toEqual(before)
  })

  it('makes an archive where the format is custom, and reads what it lacks from the environment', async () => {
    const bucket = world.newBucket()
    const database = await world.newDatabase()
    const end = await runStep(world.folder, {
      inputs: { format: 'custom', 'exclude-table-data': 'public.orders' },
      environment: { DATABASE_URL: world.cluster.url(database), ...bucket.variables },
    })
    expect(end.code, end.stdout).toBe(0)
    const { outputs } = end
    expect(outputs['filename']).toBe(`${database}-manual-${outputs['backup-id']}.dump.gz`)
    const key = `strongroom/backups/${outputs['backup-id']}/${outputs['filename']}`
    expect(gunzipSync(await bucket.peek.read(key)).toString('latin1', 0, 5)).toBe('PGDMP')
    expect((await bucket.manifest()).backups[0]?.tables).toEqual({ 'public.customers': 500 })
  })

  it('takes the type from the nominal time of the schedule', async () => {
    const lastSunday = new Date()
    lastSunday.setUTCDate(lastSunday.getUTCDate() - lastSunday.getUTCDay())
    const ofSunday = lastSunday.getUTCDate() === 1 ? 'MONTHLY' : 'WEEKLY'
    // At 00:00 the schedule of today is always over, however early it is.
    for (const [cron, type] of [
      ['0 0 1 * *', 'MONTHLY'],
      ['0 0 * * 0', ofSunday],
    ] as const) {
      const { inputs, bucket } = await newBackup()
      const end = await runStep(world.folder, {
        inputs,
        environment: { GITHUB_EVENT_NAME: 'schedule' },
        event: { schedule: cron, repository: { default_branch: 'main' } },
      })
      expect(end.outputs, end.stdout).toMatchObject({ type, status: 'COMPLETED' })
      expect((await bucket.manifest()).backups[0]?.filename).toContain(`-${type.toLowerCase()}-`)
    }
  })

  it('returns the backup of an earlier attempt of the same step, and makes one for another step', async () => {
    const { bucket, inputs } = await newBackup()
    const environment = { GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1' }
    const first = await runStep(world.folder, { inputs, environment })
    const again = { ...environment, GITHUB_RUN_ATTEMPT: '2' }
    const second = await runStep(world.folder, { inputs, environment: again })
    expect(second).toMatchObject({ code: 0, result: { reasonCode: 'already_completed' } })
    const { 'reason-code': _first, result: _one, ...same } = first.outputs
    expect(second.outputs).toMatchObject({ ...same, 'deleted-count': '0' })
    expect((await bucket.manifest()).backups).toHaveLength(1)
    const other = await runStep(world.folder, {
      inputs,
      environment: { ...again, GITHUB_ACTION: '__acme_strongroom_2' },
    })
    expect(other).toMatchObject({ code: 0, result: { reasonCode: 'completed' } })
    expect((await bucket.manifest()).backups).toHaveLength(2)
  })

  it('refuses to run beside another backup of the same database, and runs beside it where told to', async () => {
    const { bucket, database, inputs } = await newBackup({ rotate: 'false' })
    const table = await holdTable(world.cluster, database, 'customers')
    const first = await startStep(world.folder, { inputs })
    await waitUntilBlocked(world.cluster, database)
    const second = await runStep(world.folder, { inputs })
    expect(second, second.stdout).toMatchObject({
      code: 1,
      outputs: { 'reason-code': 'backup_in_progress' },
      result: { ok: false, hint: expect.stringContaining('overlap') },
    })
    expect(second.result.message).toMatch(/was started by octocat at 2.*Z .*still runs/)
    const third = await startStep(world.folder, { inputs: { ...inputs, overlap: 'allow' } })
    await third.said(/Dumping/)
    await table.release()
    expect((await first.ended).code, first.text()).toBe(0)
    expect((await third.ended).code, third.text()).toBe(0)
    const { backups } = await bucket.manifest()
    expect(backups.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED'])
  })

  it('removes what has expired, and says so', async () => {
    const { bucket, inputs } = await newBackup({ type: 'DAILY' })
    const old = await runStep(world.folder, { inputs })
    const id = old.outputs['backup-id'] ?? ''
    await bucket.age(id, 30)
    const end = await runStep(world.folder, { inputs })
    expect(end, end.stdout).toMatchObject({
      code: 0,
      outputs: { 'deleted-count': '1', 'reason-code': 'completed' },
      result: { rotation: { deleted: [id], dryRun: false } },
    })
    expect(bucket.peek.keys(`strongroom/backups/${id}/`)).toEqual([])
    expect(end.summary).toContain(id)
  })

  it('works on a bucket that ignores or refuses conditions, without an index', async () => {
    for (const kind of ['ignore-conditions', 'refuse-conditions'] as const) {
      const { bucket, inputs } = await newBackup()
      world.server.faults.add({ kind, times: Number.POSITIVE_INFINITY })
      const end = await runStep(world.folder, { inputs })
      expect(end, end.stdout).toMatchObject({
        code: 0,
        outputs: { status: 'COMPLETED', 'reason-code': 'committed_without_index' },
      })
      expect(end.result.warnings.join()).toContain('conditional writes')
      const listed = await runStep(world.folder, { inputs: { ...bucket.inputs, command: 'list' } })
      expect(listed.result).toMatchObject({ ok: true, matching: 1, source: 'records' })
      const verified = await runStep(world.folder, {
        inputs: { ...bucket.inputs, command: 'verify', 'backup-id': 'latest' },
      })
      expect(verified, verified.stdout).toMatchObject({ code: 0, result: { outcome: 'verified' } })
      world.server.faults.clear()
    }
  })
})
