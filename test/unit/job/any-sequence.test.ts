import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { backUp } from '../../../action/job/back-up.ts'
import { deleteBackup } from '../../../action/job/delete-backup.ts'
import { repair } from '../../../action/job/repair.ts'
import { rotate } from '../../../action/job/rotate.ts'
import { verify } from '../../../action/job/verify.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { retention } from './aged-world.ts'
import { backUpRequest } from './back-up-request.ts'

const dayMs = 86_400_000
const actor = 'ada'

type Job = (world: FakeWorld) => Promise<unknown>

const jobs: Readonly<Record<string, Job>> = {
  daily: ({ ports }) => backUp(ports, backUpRequest()),
  manual: ({ ports }) => backUp(ports, backUpRequest({ type: 'MANUAL' })),
  rotate: ({ ports }) => rotate(ports, { retention, dryRun: false }),
  delete: ({ ports, catalogState }) => {
    const id = catalogState.manifest?.backups.find(({ status }) => status === 'COMPLETED')?.id ?? ''
    return deleteBackup(ports, { id, force: false, dryRun: false, actor })
  },
  repair: ({ ports }) => repair(ports, { dryRun: false, orphans: 'delete', actor }),
  verify: ({ ports }) => verify(ports, { wanted: 'latest', level: 'bytes', actor }),
}

const steps = fc.record({
  job: fc.constantFrom(...Object.keys(jobs)),
  /** Days that pass before it. */
  days: fc.constantFrom(0, 1, 9),
  /** The call that fails, counted from the job's first; none of them where there are fewer. */
  place: fc.integer({ min: 0, max: 40 }),
  times: fc.constantFrom(1, 1, 3, Number.POSITIVE_INFINITY),
  moment: fc.constantFrom('before' as const, 'after' as const),
  index: fc.constantFrom('written' as const, 'written' as const, 'stale' as const),
})

async function take(
  world: FakeWorld,
  step: typeof steps extends fc.Arbitrary<infer T> ? T : never,
) {
  world.clock.advance(step.days * dayMs + 60_000)
  const first = world.calls.names.length + step.place
  world.calls.onCall = (_name, place, moment) => {
    if (moment === step.moment && place >= first && place < first + step.times) throw unreachable()
  }
  world.catalogState.index = () => step.index
  try {
    await jobs[step.job]?.(world)
  } catch (error) {
    if (!isFailure(error)) throw error
  }
  world.calls.onCall = () => {}
  world.catalogState.index = () => 'written'
  // Whoever dies with a lease loses it after a while.
  world.catalogState.leases.clear()
}

function completedOf({ catalogState }: FakeWorld) {
  return (catalogState.manifest?.backups ?? []).filter(({ status }) => status === 'COMPLETED')
}

function expectTruth(world: FakeWorld): void {
  for (const { id, filename, fileSize } of completedOf(world)) {
    const record = world.catalogState.records.get(id)
    expect(record, `${id} has a record`).toBeDefined()
    const held = world.vaultState.objects.get(world.keys.bytes(id, filename))
    expect(held?.bytes.length, `${id} has its bytes`).toBe(fileSize)
  }
}

test('whatever fails in whatever order: nothing untrue, nothing acknowledged lost, nothing dangling', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 14 }), async (sequence) => {
      const world = createFakeWorld()
      for (const step of sequence) {
        const { records } = world.catalogState
        const newest = [...records.keys()].sort().at(-1)
        const before = completedOf(world)
        await take(world, step)
        expectTruth(world)
        const after = new Set(completedOf(world).map(({ id }) => id))
        if (newest !== undefined) expect(records.has(newest), 'the newest stays').toBe(true)
        for (const { id, type } of before) {
          const isExempt = step.job !== 'delete' && type === 'MANUAL'
          if (isExempt) expect(after.has(id), `${step.job} keeps MANUAL ones`).toBe(true)
        }
      }
      world.clock.advance(3 * dayMs)
      const repaired = await repair(world.ports, { dryRun: false, orphans: 'delete', actor })
      expect(repaired.ok).toBe(true)
      expectTruth(world)
      const listed = completedOf(world).map(({ id }) => id)
      expect(listed.toSorted()).toEqual([...world.catalogState.records.keys()].sort())
      expect(world.vaultState.objects.size).toBe(listed.length)
      expect(world.vaultState.uploads).toEqual([])
      const unfinished = world.catalogState.manifest?.backups.filter(({ status }) =>
        ['PENDING', 'IN_PROGRESS'].includes(status),
      )
      expect(unfinished ?? []).toEqual([])
    }),
    { numRuns: 300 },
  )
}, 60_000)
