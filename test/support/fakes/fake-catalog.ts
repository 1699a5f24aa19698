import type { AuditEntry } from '../../../action/domain/audit-entry.ts'
import type { Backup } from '../../../action/domain/backup.ts'
import { type BackupRecord, backupRecordSchema } from '../../../action/domain/backup-record.ts'
import { entryOf } from '../../../action/domain/entry-of-record.ts'
import { Failure } from '../../../action/domain/failure.ts'
import { type Manifest, manifestSchema } from '../../../action/domain/manifest.ts'
import type { Catalog, ChangeOutcome, RecordReading } from '../../../action/job/ports.ts'
import { leaseHeld } from './lease-held.ts'

/** What a test sees of the catalog, and does to it. */
export interface CatalogState {
  /** Absent: there is no manifest yet. */
  manifest: Manifest | undefined
  readonly records: Map<string, BackupRecord | 'corrupt'>
  readonly audits: AuditEntry[]
  /** Every manifest that was written, oldest first. */
  readonly written: Manifest[]
  /** What writing the index comes to, asked at each change. */
  index: () => ChangeOutcome<unknown>['index']
  /** Ids whose record may not be deleted. */
  readonly lockedRecords: Set<string>
  /** Holders by lease; a test takes one by setting it. */
  readonly leases: Map<string, string>
  /** Fires every lease's `lost`. */
  loseLeases: () => void
}

/** The contract of `Catalog` in memory. */
export function createFakeCatalog(): { readonly catalog: Catalog; readonly state: CatalogState } {
  const losing = new Set<AbortController>()
  const state: CatalogState = {
    manifest: undefined,
    records: new Map(),
    audits: [],
    written: [],
    index: () => 'written',
    lockedRecords: new Set(),
    leases: new Map(),
    loseLeases: () => {
      for (const controller of losing) controller.abort(leaseHeld('lost'))
    },
  }
  const catalog: Catalog = {
    read: async () => {
      if (state.manifest !== undefined) {
        return {
          backups: state.manifest.backups,
          source: 'manifest',
          revision: state.manifest.revision,
        }
      }
      const backups = recorded(state)
      const problem = backups.length === 0 ? {} : { problem: 'there is no manifest.json' }
      return { backups, source: 'records', ...problem }
    },
    change: async (change, signal) => {
      signal?.throwIfAborted()
      const index = state.index()
      const base = index === 'unsupported' ? undefined : state.manifest
      const contents = base ?? rebuilt(state)
      const { manifest: changed, value } = change.decide(contents)
      if (index !== 'written') return { value, index }
      // What was rebuilt is news itself.
      const isNews = base === undefined && contents.backups.length > 0
      const manifest = changed ?? (isNews ? contents : undefined)
      if (manifest === undefined) return { value, index: 'unchanged' }
      const revision = (state.manifest?.revision ?? 0) + 1
      state.manifest = manifestSchema.parse({ ...manifest, revision })
      state.written.push(state.manifest)
      // Asked by the real one whenever an answer was lost: a change must know its own result.
      if (!change.isApplied(state.manifest)) throw new Error('The change does not know itself')
      return { value, index: 'written' }
    },
    readRecord: async (id) => {
      const record = state.records.get(id)
      if (record === undefined) return { kind: 'missing' }
      return record === 'corrupt'
        ? { kind: 'corrupt', reason: 'it is not JSON' }
        : { kind: 'found', record }
    },
    readRecords: async (signal) => {
      const readings = new Map<string, RecordReading>()
      for (const id of [...state.records.keys()].sort()) {
        readings.set(id, await catalog.readRecord(id, signal))
      }
      return readings
    },
    writeRecord: async (record, signal) => {
      signal?.throwIfAborted()
      const before = state.records.get(record.id)
      if (before !== undefined && (before === 'corrupt' || before.nonce !== record.nonce)) {
        throw taken(record.id)
      }
      state.records.set(record.id, backupRecordSchema.parse(record))
    },
    removeRecord: async (id) => {
      if (!state.records.has(id)) return 'absent'
      if (state.lockedRecords.has(id)) return 'retained'
      state.records.delete(id)
      return 'removed'
    },
    listRecordIds: async function* () {
      yield* [...state.records.keys()].sort()
    },
    writeAudit: async (entry, signal) => {
      signal?.throwIfAborted()
      state.audits.push(entry)
      return `audit/${state.audits.length}.json`
    },
    acquireLease: async (name, holder) => {
      const present = state.leases.get(name)
      if (present !== undefined) throw leaseHeld(present)
      state.leases.set(name, holder)
      const lost = new AbortController()
      losing.add(lost)
      return { lost: lost.signal, release: async () => void state.leases.delete(name) }
    },
  }
  return { catalog, state }
}

function recorded({ records }: CatalogState): Backup[] {
  return [...records.values()].filter((record) => record !== 'corrupt').map(entryOf)
}

function rebuilt(state: CatalogState): Manifest {
  return {
    version: 1,
    revision: 0,
    updatedAt: '2026-11-22T03:00:00.000Z',
    backups: recorded(state),
  }
}

function taken(id: string): Failure {
  return new Failure({
    code: 'commit_failed',
    stage: 'commit',
    message: `Cannot write the record of ${id}: another run has taken its place, expected it to be free`,
  })
}
