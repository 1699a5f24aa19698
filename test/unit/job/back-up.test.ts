import { describe, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { backUp } from '../../../action/job/back-up.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'
import { backUpRequest } from './back-up-request.ts'

const oldId = '20261121T030012Z-aaaa'
const run = { id: '77', attempt: 1, step: 'nightly' }

function statuses(world: FakeWorld, id: string): string[] {
  return world.catalogState.written.flatMap(({ backups }) =>
    backups.filter((backup) => backup.id === id).map(({ status }) => status),
  )
}

function running(changes: Parameters<typeof makeBackup>[0] = {}) {
  return makeBackup({
    id: oldId,
    status: 'IN_PROGRESS',
    fileSize: 0,
    startedAt: '2026-11-22T02:50:00.000Z',
    staleAfter: '2026-11-22T04:00:00.000Z',
    upload: { key: 'strongroom/backups/x', uploadId: 'upload-old' },
    ...changes,
  })
}

/** COMPLETED in the index if and only if there is a record, and bytes that are the record's. */
function expectTruth(world: FakeWorld): void {
  const completed = (world.catalogState.manifest?.backups ?? []).filter(
    ({ status }) => status === 'COMPLETED',
  )
  for (const { id, filename, fileSize } of completed) {
    expect(world.catalogState.records.has(id)).toBe(true)
    const held = world.vaultState.objects.get(world.keys.bytes(id, filename))
    expect(held?.bytes.length).toBe(fileSize)
  }
}

describe('backUp', () => {
  test('goes PENDING, IN_PROGRESS, COMPLETED, and commits bytes, record, index in that order', async () => {
    const world = createFakeWorld()
    const result = await backUp(world.ports, backUpRequest())
    const { backup } = result
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed', notes: ['a note'] })
    expect(result.warnings).toEqual(['a warning of pg_dump'])
    expect(statuses(world, backup?.id ?? '')).toEqual(['PENDING', 'IN_PROGRESS', 'COMPLETED'])
    expect(backup).toMatchObject({ status: 'COMPLETED', tables: { 'public.orders': 3 } })
    expect(backup).not.toHaveProperty('upload')
    expect(backup).not.toHaveProperty('staleAfter')
    const { names } = world.calls
    const order = ['vault.store', 'catalog.writeRecord', 'catalog.change', 'catalog.writeAudit']
    expect(names.filter((name) => order.includes(name)).slice(-4)).toEqual([
      'catalog.change',
      'catalog.writeRecord',
      'catalog.change',
      'catalog.writeAudit',
    ])
    expect(names.indexOf('vault.store')).toBeLessThan(names.indexOf('catalog.writeRecord'))
    expect(world.catalogState.audits).toMatchObject([
      { action: 'backup', outcome: 'completed', actor: 'ada', backupIds: [backup?.id] },
    ])
    expect(world.told.map(({ status }) => status)).toEqual([
      'PENDING',
      'IN_PROGRESS',
      'IN_PROGRESS',
      'COMPLETED',
    ])
    expectTruth(world)
  })

  test('flags what fell far below the usual, in the record too, and is well all the same', async () => {
    const world = createFakeWorld()
    for (const day of ['11', '12', '13', '14', '15']) {
      const createdAt = `2026-11-${day}T03:00:12.000Z`
      world.addEntry(makeBackup({ id: `202611${day}T030012Z-aaaa`, createdAt, tables: { a: 900 } }))
    }
    const anomalyLimits = { sizePercent: 20, rowsPercent: 20 }
    const result = await backUp(world.ports, backUpRequest({ anomalyLimits }))
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed_flagged' })
    expect(result.backup?.anomaly?.reasons).toHaveLength(2)
    expect(result.warnings[0]).toContain('is suspiciously small')
    const record = world.catalogState.records.get(result.backup?.id ?? '')
    expect(record).toMatchObject({ anomaly: result.backup?.anomaly })
    expect((await backUp(world.ports, backUpRequest())).backup).not.toHaveProperty('anomaly')
  })

  test('notes which part of the database it holds', async () => {
    const world = createFakeWorld()
    const { dump } = backUpRequest()
    const selected = { ...dump, tables: ['b', 'a'], excludeTableData: ['log.*'] }
    const { backup } = await backUp(world.ports, backUpRequest({ dump: selected }))
    expect(backup?.selection).toEqual({ tables: ['a', 'b'], 'exclude-table-data': ['log.*'] })
    expect((await backUp(world.ports, backUpRequest())).backup).not.toHaveProperty('selection')
  })

  test('tells the upload before the first byte is asked for', async () => {
    const world = createFakeWorld()
    let toldBefore: unknown
    world.sourceState.onChunk = () => {
      toldBefore ??= world.told.at(-1)?.upload?.uploadId
    }
    await backUp(world.ports, backUpRequest())
    expect(toldBefore).toBe('upload-1')
  })

  test('records a dump that breaks as FAILED with its reason, redacted', async () => {
    const world = createFakeWorld()
    world.sourceState.onChunk = (line) => {
      if (line.startsWith('--')) throw unreachable('the server with hush')
    }
    const result = await backUp(world.ports, backUpRequest())
    expect(result).toMatchObject({ ok: false, reasonCode: 'bucket_unreachable', stage: 'connect' })
    expect(result.message).toContain('***')
    expect(result.backup).toMatchObject({ status: 'FAILED', fileSize: 0 })
    expect(world.entry(result.backup?.id ?? '')?.error).toBe(result.message)
    expect(world.vaultState.objects.size).toBe(0)
    expect(world.vaultState.uploads).toEqual([])
    expect(world.catalogState.records.size).toBe(0)
    expect(world.catalogState.audits).toMatchObject([{ outcome: 'bucket_unreachable' }])
  })

  test('lets a defect through', async () => {
    const world = createFakeWorld()
    world.sourceState.onChunk = () => {
      throw new TypeError('a defect')
    }
    await expect(backUp(world.ports, backUpRequest())).rejects.toThrow('a defect')
  })

  test('a failing call at any port, before or after it took effect, never lies', async () => {
    const probe = createFakeWorld()
    await backUp(probe.ports, backUpRequest())
    const places = probe.calls.names.length
    expect(places).toBeGreaterThan(10)
    for (const moment of ['before', 'after'] as const) {
      for (let place = 0; place < places; place += 1) {
        const world = createFakeWorld()
        await world.addBackup({ id: oldId, createdAt: '2026-11-21T03:00:12.000Z' })
        world.calls.onCall = (_name, at, when) => {
          if (at === place && when === moment) throw unreachable()
        }
        const label = `${probe.calls.names[place]} ${moment}`
        let result: Awaited<ReturnType<typeof backUp>> | undefined
        try {
          result = await backUp(world.ports, backUpRequest())
        } catch (error) {
          expect(isFailure(error), label).toBe(true)
        }
        const { records, manifest } = world.catalogState
        const made = [...records.keys()].filter((id) => id !== oldId)
        expect(made.length, label).toBe(result?.ok === true ? 1 : 0)
        const completed = manifest?.backups.filter(({ status }) => status === 'COMPLETED')
        for (const { id } of completed ?? []) expect(records.has(id), label).toBe(true)
        expect(world.entry(oldId)?.status, label).toBe('COMPLETED')
        const unfinished = manifest?.backups.filter(({ status }) =>
          ['PENDING', 'IN_PROGRESS'].includes(status),
        )
        expect(
          result?.reasonCode === 'committed_index_stale' ? [] : unfinished,
          `${label}: nothing is left unfinished`,
        ).toEqual([])
      }
    }
  })

  test.each(['stale', 'unsupported'] as const)(
    'is never FAILED once its record is there: index %s',
    async (index) => {
      const world = createFakeWorld()
      world.catalogState.index = () => index
      const result = await backUp(world.ports, backUpRequest())
      const code = index === 'stale' ? 'committed_index_stale' : 'committed_without_index'
      expect(result).toMatchObject({ ok: true, reasonCode: code, backup: { status: 'COMPLETED' } })
      expect(result.warnings[0]).toMatch(/manifest/)
      expect(world.catalogState.records.size).toBe(1)
    },
  )

  test('is committed where the record arrived and its answer did not', async () => {
    const world = createFakeWorld()
    world.calls.onCall = (name, _place, moment) => {
      if (name === 'catalog.writeRecord' && moment === 'after') throw unreachable()
    }
    const result = await backUp(world.ports, backUpRequest())
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expectTruth(world)
  })

  test('is committed where the run was cancelled while the record was on its way', async () => {
    const world = createFakeWorld()
    const cancel = new AbortController()
    world.calls.onCall = (name, _place, moment) => {
      if (name !== 'catalog.writeRecord' || moment === 'before') return
      cancel.abort(new Error('cancelled'))
      throw cancel.signal.reason
    }
    const result = await backUp(world.ports, backUpRequest(), cancel.signal)
    expect(result).toMatchObject({ ok: true, reasonCode: 'committed_index_stale' })
    // Whoever comes after has yet to enter it.
    expect(world.told.at(-1)?.status).toBe('IN_PROGRESS')
  })

  test('says that nobody can tell where the record cannot be read back', async () => {
    const world = createFakeWorld()
    world.calls.onCall = (name) => {
      if (name === 'catalog.writeRecord' || name === 'catalog.readRecord') throw unreachable()
    }
    const result = await backUp(world.ports, backUpRequest())
    expect(result).toMatchObject({ ok: false, reasonCode: 'commit_failed', stage: 'commit' })
    expect(result.hint).toContain('Run repair')
  })

  test.each([
    ['fails', () => unreachable()],
    ['hangs until its time is over', undefined],
  ])('an audit that %s only warns', async (_name, failure) => {
    const world = createFakeWorld()
    const { catalog } = world.ports
    const writeAudit: typeof catalog.writeAudit = async (_entry, signal) => {
      if (failure !== undefined) throw failure()
      // As a bucket that is silent until the job's own limit fires.
      Object.defineProperty(signal, 'aborted', { value: true })
      throw new DOMException('The operation timed out', 'TimeoutError')
    }
    const ports = { ...world.ports, catalog: { ...fields(catalog), writeAudit } }
    const result = await backUp(ports, backUpRequest())
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(result.warnings[0]).toMatch(/^The audit object could not be written/)
    expect(world.entry(result.backup?.id ?? '')?.status).toBe('COMPLETED')
  })

  test('cancelled before the commit it leaves FAILED, no upload and no record', async () => {
    const world = createFakeWorld()
    const cancel = new AbortController()
    world.sourceState.onChunk = () => cancel.abort(new Error('cancelled'))
    const result = await backUp(world.ports, backUpRequest(), cancel.signal)
    expect(result).toMatchObject({ ok: false, reasonCode: 'cancelled', stage: 'cancel' })
    expect(world.entry(result.backup?.id ?? '')?.status).toBe('FAILED')
    expect(world.vaultState.uploads).toEqual([])
    expect(world.catalogState.records.size).toBe(0)
  })

  test('cancelled right after it was admitted it leaves FAILED as well', async () => {
    const world = createFakeWorld()
    const cancel = new AbortController()
    world.calls.onCall = (name, _place, moment) => {
      if (name !== 'catalog.change' || moment === 'before' || cancel.signal.aborted) return
      cancel.abort(new Error('cancelled'))
      throw cancel.signal.reason
    }
    const result = await backUp(world.ports, backUpRequest(), cancel.signal)
    expect(result.reasonCode).toBe('cancelled')
    expect(statuses(world, result.backup?.id ?? '')).toEqual(['PENDING', 'FAILED'])
  })

  test('refuses a store that holds another number of bytes than were made', async () => {
    const world = createFakeWorld()
    const { vault } = world.ports
    const store: typeof vault.store = async (request, source) => {
      const { size } = await vault.store(request, source)
      return { size: size - 1 }
    }
    const ports = { ...world.ports, vault: { ...fields(vault), store } }
    const result = await backUp(ports, backUpRequest())
    expect(result).toMatchObject({ ok: false, reasonCode: 'upload_failed' })
    expect(world.catalogState.records.size).toBe(0)
  })
})

describe('overlap', () => {
  test('a backup that runs is left alone and named, with who and since when', async () => {
    const world = createFakeWorld()
    world.addEntry(running({ requestedBy: 'grace', runUrl: 'https://run' }))
    const result = await backUp(world.ports, backUpRequest())
    expect(result).toMatchObject({
      ok: false,
      reasonCode: 'backup_in_progress',
      backup: { id: oldId },
    })
    expect(result.message).toMatch(/grace.*2026-11-22T02:50.*https:\/\/run/)
    expect(world.catalogState.written).toEqual([])
    expect(world.sourceState.dumps).toBe(0)
    expect(world.told).toEqual([])
  })

  test.each([
    ['allowed', backUpRequest({ overlap: 'allow' })],
    ['a safety backup', backUpRequest({ purpose: 'safety' })],
    ['another database', backUpRequest({ database: 'other' })],
  ])('%s: both run', async (_name, request) => {
    const world = createFakeWorld()
    world.addEntry(running())
    const result = await backUp(world.ports, request)
    expect(result.reasonCode).toBe('completed')
    expect(world.entry(oldId)).toEqual(running())
  })

  test.each([
    ['past its limit', { staleAfter: '2026-11-22T02:59:00.000Z' }, 'unknown'],
    ['of a run that is gone', {}, 'gone'],
  ] as const)(
    'a backup %s becomes FAILED and its upload is aborted',
    async (_name, changes, state) => {
      const world = createFakeWorld()
      world.addEntry(running(changes))
      world.runStates.set(oldId, state)
      world.vaultState.uploads.push({ key: 'k', uploadId: 'upload-old', startedAt: new Date(0) })
      const result = await backUp(world.ports, backUpRequest())
      expect(result.reasonCode).toBe('completed')
      expect(world.entry(oldId)).toMatchObject({ status: 'FAILED', fileSize: 0 })
      expect(world.vaultState.uploads).toEqual([])
      expect(world.log.warnings.join()).toContain(`${oldId} was left unfinished`)
    },
  )

  test('a dead backup with a record becomes COMPLETED from it', async () => {
    const world = createFakeWorld()
    const record = await world.addBackup({ id: oldId })
    world.addEntry(running({ staleAfter: '2026-11-22T02:59:00.000Z' }))
    const result = await backUp(world.ports, backUpRequest())
    expect(result.reasonCode).toBe('completed')
    expect(world.entry(oldId)).toMatchObject({ status: 'COMPLETED', checksum: record.checksum })
    expect(world.entry(oldId)).not.toHaveProperty('upload')
    expect(world.calls.names).not.toContain('vault.abortUpload')
  })

  test('an upload of a dead backup that cannot be aborted does not stop the new one', async () => {
    const world = createFakeWorld()
    world.addEntry(running({ staleAfter: '2026-11-22T02:59:00.000Z' }))
    world.calls.onCall = (name) => {
      if (name === 'vault.abortUpload') throw unreachable()
    }
    expect((await backUp(world.ports, backUpRequest())).reasonCode).toBe('completed')
    expect(world.log.warnings.join()).toContain('left for repair')
  })

  test('of two that start together one sees the other', async () => {
    const world = createFakeWorld()
    const results = await Promise.all([
      backUp(world.ports, backUpRequest()),
      backUp(world.ports, backUpRequest()),
    ])
    expect(results.map(({ reasonCode }) => reasonCode).sort()).toEqual([
      'backup_in_progress',
      'completed',
    ])
  })
})

describe('a re-run', () => {
  async function firstAttempt() {
    const world = createFakeWorld()
    const first = await backUp(world.ports, backUpRequest({ run }))
    world.clock.advance(60_000)
    return { world, first }
  }

  test('of the same step returns the backup of the earlier attempt', async () => {
    const { world, first } = await firstAttempt()
    const again = await backUp(world.ports, backUpRequest({ run: { ...run, attempt: 2 } }))
    expect(again).toMatchObject({ ok: true, reasonCode: 'already_completed' })
    expect(again.backup?.id).toBe(first.backup?.id)
    expect(world.sourceState.dumps).toBe(1)
  })

  test('enters it where only its record had been written', async () => {
    const { world, first } = await firstAttempt()
    const id = first.backup?.id ?? ''
    world.addEntry({ ...makeBackup(), id, status: 'IN_PROGRESS' })
    const again = await backUp(world.ports, backUpRequest({ run: { ...run, attempt: 2 } }))
    expect(again.backup?.id).toBe(id)
    expect(world.entry(id)?.status).toBe('COMPLETED')
  })

  test.each([
    ['the same attempt', run],
    ['another step', { ...run, attempt: 2, step: 'before-migration' }],
    ['another run', { ...run, id: '78', attempt: 2 }],
    ['no run', undefined],
  ])('%s makes a backup of its own', async (_name, other) => {
    const { world } = await firstAttempt()
    const again = await backUp(
      world.ports,
      backUpRequest(other === undefined ? {} : { run: other }),
    )
    expect(again.reasonCode).toBe('completed')
    expect(world.sourceState.dumps).toBe(2)
  })
})

/** A watched port as plain methods, so that one can be replaced. */
function fields<T extends object>(port: T): T {
  return Object.fromEntries(Reflect.ownKeys(port).map((key) => [key, Reflect.get(port, key)])) as T
}
