import type { Catalog, PendingUpload, RecordReading, StoredObject, Vault } from './ports.ts'

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
  const records = new Map(await catalog.readRecords(signal))
  for (const id of indexedIds) {
    if (!records.has(id)) records.set(id, await catalog.readRecord(id, signal))
  }
  return { records, objects, uploads }
}
