import { entryOf } from '../domain/entry-of-record.ts'
import type { Stage } from '../domain/failure.ts'
import type { Catalog, CatalogView } from '../job/ports.ts'
import { acquireLease } from './acquire-lease.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { loadManifest } from './load-manifest.ts'
import type { Purpose } from './object-store.ts'
import { listRecordIds, readAllRecords, readRecord, readRecords, removeObject } from './records.ts'
import { swapManifest } from './swap-manifest.ts'
import { writeAuditEntry } from './write-audit-entry.ts'
import { writeRecord } from './write-record.ts'

/** The catalog of one prefix, over any object store. */
export function createCatalog(world: CatalogWorld): Catalog {
  const { store, keys } = world
  return {
    read: (signal) => readCatalog(world, purpose('manifest', 'read the manifest', signal)),
    change: (change, signal) =>
      swapManifest(world, change, purpose('manifest', 'write the manifest', signal)),
    readRecord: (id, signal) =>
      readRecord(world, id, purpose('manifest', `read the record of ${id}`, signal)),
    readRecords: (signal) =>
      readRecords(world, world.recordMemory, purpose('manifest', 'read the records', signal)),
    writeRecord: (record, signal) =>
      writeRecord(world, record, purpose('commit', `write the record of ${record.id}`, signal)),
    removeRecord: async (id, signal) => {
      const why = purpose('rotation', `delete the record of ${id}`, signal)
      return await removeObject(store, keys.record(id), why)
    },
    listRecordIds: (signal) => listRecordIds(world, purpose('manifest', 'list records', signal)),
    writeAudit: (entry, signal) =>
      writeAuditEntry(world, entry, purpose('commit', 'write the audit object', signal)),
    acquireLease: (name, holder, signal) =>
      acquireLease(world, name, holder, purpose('lease', `take the lease "${name}"`, signal)),
  }
}

/** The index, or the records where it is missing or cannot be read. Never writes. */
async function readCatalog(world: CatalogWorld, why: Purpose): Promise<CatalogView> {
  const loaded = await loadManifest(world, why)
  if (loaded.kind === 'found') {
    const { backups, revision } = loaded.manifest
    return { backups, source: 'manifest', revision }
  }
  const { records, problems } = await readAllRecords(world, why)
  for (const problem of problems) world.log.warn(`Left out: ${problem}`)
  const backups = records.map(entryOf)
  if (loaded.kind === 'corrupt') {
    return { backups, source: 'records', problem: `manifest.json: ${loaded.reason}` }
  }
  // Nothing at all is how every prefix begins.
  if (backups.length === 0 && problems.length === 0) return { backups, source: 'records' }
  return { backups, source: 'records', problem: 'there is no manifest.json' }
}

function purpose(stage: Stage, doing: string, signal: AbortSignal | undefined): Purpose {
  return { stage, doing, signal }
}
