import type { Catalog, PendingUpload, RecordReading, StoredObject, Vault } from './ports.ts'

/** Records are small; so many are read at a time. */
const recordReadsMax = 16

/** What a prefix holds below `backups/`, read to the end. */
export interface PrefixContents {
  readonly records: ReadonlyMap<string, RecordReading>
  readonly objects: readonly StoredObject[]
  readonly uploads: readonly PendingUpload[]
}

/**
 * Reads every record, object and pending upload of the prefix. Objects are listed before the records are read, so
 * that a backup which commits meanwhile shows up as too new rather than as an orphan.
 *
 * @param indexedIds ids of entries whose record should be there, so that a missing one is noticed
 */
export async function readPrefix(
  { catalog, vault }: { readonly catalog: Catalog; readonly vault: Vault },
  indexedIds: readonly string[],
  signal?: AbortSignal,
): Promise<PrefixContents> {
  const objects = await Array.fromAsync(vault.list(signal))
  const uploads = await Array.fromAsync(vault.listUploads(signal))
  const listed = await Array.fromAsync(catalog.listRecordIds(signal))
  const ids = [...new Set([...listed, ...indexedIds])]
  const records = new Map<string, RecordReading>()
  const readNext = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      records.set(id, await catalog.readRecord(id, signal))
    }
  }
  await Promise.all(Array.from({ length: recordReadsMax }, readNext))
  return { records, objects, uploads }
}
