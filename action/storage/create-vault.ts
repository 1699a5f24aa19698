import type { Stage } from '../domain/failure.ts'
import type { Vault } from '../job/ports.ts'
import type { CatalogWorld } from './catalog-world.ts'
import type { Place } from './explain-fault.ts'
import type { Purpose } from './object-store.ts'
import { readObject } from './read-object.ts'
import { removeObject } from './records.ts'
import { storeObject } from './store-object.ts'

/** The vault of one prefix, over any object store. */
export function createVault(world: CatalogWorld, place: Place): Vault {
  const { store, keys } = world
  return {
    bucket: place.bucket,
    endpoint: place.host,
    store: (request, source) => storeObject(world, request, source),
    head: (key, signal) => store.head(key, purpose('check', `look at ${key}`, signal)),
    read: (key, signal) => readObject(world, key, purpose('download', `read ${key}`, signal)),
    remove: (key, signal) => removeObject(store, key, purpose('rotation', `delete ${key}`, signal)),
    list: (signal) => store.list(keys.backups, purpose('check', 'list the backups', signal)),
    listUploads: (signal) =>
      store.listUploads(keys.backups, purpose('check', 'list unfinished uploads', signal)),
    abortUpload: (key, uploadId, signal) =>
      store.abortUpload({ key, uploadId }, purpose('upload', `abort the upload of ${key}`, signal)),
  }
}

function purpose(stage: Stage, doing: string, signal: AbortSignal | undefined): Purpose {
  return { stage, doing, signal }
}
