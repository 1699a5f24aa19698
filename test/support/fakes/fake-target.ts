import { Failure } from '../../../action/domain/failure.ts'
import type { RestoreTarget, ScratchDatabase, TargetFacts } from '../../../action/job/ports.ts'
import { type Rows, readDump, readText } from './fake-dump.ts'
import { serverFacts } from './fake-source.ts'
import { leaseHeld } from './lease-held.ts'

/** What a test sees of the server that is restored to, and does to it. */
export interface TargetState {
  /** Databases by name. */
  readonly databases: Map<string, Rows>
  /** Left by dead restores. */
  readonly dead: ScratchDatabase[]
  facts: Partial<TargetFacts>
  /** Changes what a load brings in. */
  bend: (rows: Rows) => Rows
  answer: boolean
  complaints: readonly string[]
  isLocked: boolean
  loseLock: () => void
}

/** Methods that change something on the server. */
export const changingMethods: ReadonlySet<string> = new Set(
  ['createScratch', 'load', 'carryOver', 'analyze', 'swap', 'rename', 'drop'].map(
    (method) => `target.${method}`,
  ),
)

/** The contract of `RestoreTarget` in memory. */
export function createFakeTarget(): {
  readonly target: RestoreTarget
  readonly state: TargetState
} {
  const losing = new Set<AbortController>()
  const state: TargetState = {
    databases: new Map([['shop', { 'public.old': 1 }]]),
    dead: [],
    facts: {},
    bend: (rows) => rows,
    answer: true,
    complaints: [],
    isLocked: false,
    loseLock: () => {
      for (const controller of losing) controller.abort(leaseHeld('nobody'))
    },
  }
  const { databases } = state
  const name = 'shop'
  const move = (from: string, to: string) => {
    const rows = databases.get(from)
    if (rows === undefined || databases.has(to)) throw unfit(from, to)
    databases.delete(from)
    databases.set(to, rows)
  }
  const target: RestoreTarget = {
    name,
    describe: async () => describeTarget(state, name),
    prepareClient: async () => ({ version: '15.20', notes: [] }),
    has: async (database) => databases.has(database),
    lock: async () => {
      if (state.isLocked) throw leaseHeld('another restore')
      state.isLocked = true
      const lost = new AbortController()
      losing.add(lost)
      return {
        lost: lost.signal,
        release: async () => {
          state.isLocked = false
        },
      }
    },
    scratchName: (backupId, nonce) => `scratch_${backupId}_${nonce}`,
    listScratch: async () => [...state.dead],
    createScratch: async (scratch) => void databases.set(scratch, {}),
    load: async ({ database, open }, signal) => {
      const text = await readText(open(signal))
      signal?.throwIfAborted()
      databases.set(database, state.bend(readDump(text).rows))
    },
    countRows: async (database) => ({ ...databases.get(database) }),
    checkSequences: async () => state.complaints,
    carryOver: async () => {},
    analyze: async (_database, signal) => signal?.throwIfAborted(),
    isTrue: async () => state.answer,
    swap: async (request, signal) => {
      signal?.throwIfAborted()
      if (!databases.has(request.scratch)) throw unfit(request.scratch, request.target)
      move(request.target, request.keepAs)
      move(request.scratch, request.target)
    },
    rename: async (from, to, signal) => {
      signal?.throwIfAborted()
      move(from, to)
    },
    drop: async (database) => {
      databases.delete(database)
      const place = state.dead.findIndex((scratch) => scratch.name === database)
      if (place >= 0) state.dead.splice(place, 1)
    },
    close: async () => {},
  }
  return { target, state }
}

function describeTarget({ databases, facts }: TargetState, name: string): TargetFacts {
  const rows = databases.get(name)
  return {
    ...serverFacts,
    exists: rows !== undefined,
    isEmpty: Object.keys(rows ?? {}).length === 0,
    sessions: 0,
    canCreateDatabase: true,
    isSuperuser: true,
    ownsTarget: true,
    availableExtensions: ['plpgsql'],
    maintenanceDatabase: 'postgres',
    swapObstacles: [],
    inPlaceObstacles: [],
    ...facts,
  }
}

function unfit(from: string, to: string): Failure {
  return new Failure({
    code: 'target_unfit',
    stage: 'swap',
    message: `Cannot rename "${from}" to "${to}": one is missing or the other exists, expected otherwise`,
  })
}
