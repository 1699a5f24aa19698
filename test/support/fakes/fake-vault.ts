import { Failure } from '../../../action/domain/failure.ts'
import type { PendingUpload, Vault } from '../../../action/job/ports.ts'

interface Held {
  bytes: Uint8Array
  readonly metadata: Readonly<Record<string, string>>
  modifiedAt: Date
}

/** What a test sees of the vault, and does to it. */
export interface VaultState {
  readonly objects: Map<string, Held>
  readonly uploads: PendingUpload[]
  /** Keys that may not be deleted. */
  readonly locked: Set<string>
}

/** The records lie among the bytes, in a bucket: so they are listed and can be removed here too. */
export interface RecordsBeside {
  keys(): Iterable<string>
  /** @returns whether there was one */
  remove(key: string): boolean
}

const chunkSize = 16

/** The contract of `Vault` in memory. */
export function createFakeVault(
  now: () => Date,
  beside: RecordsBeside,
): {
  readonly vault: Vault
  readonly state: VaultState
} {
  const state: VaultState = { objects: new Map(), uploads: [], locked: new Set() }
  const forget = (uploadId: string) => {
    const place = state.uploads.findIndex((upload) => upload.uploadId === uploadId)
    if (place >= 0) state.uploads.splice(place, 1)
  }
  let started = 0
  const vault: Vault = {
    bucket: 'bucket',
    endpoint: 's3.test',
    store: async ({ key, metadata, onStarted, signal }, source) => {
      started += 1
      const uploadId = `upload-${started}`
      state.uploads.push({ key, uploadId, startedAt: now() })
      try {
        await onStarted?.(uploadId)
        const chunks: Uint8Array[] = []
        for await (const chunk of source) {
          signal?.throwIfAborted()
          chunks.push(chunk)
        }
        const bytes = Buffer.concat(chunks)
        state.objects.set(key, { bytes, metadata, modifiedAt: now() })
        return { size: bytes.length }
      } finally {
        forget(uploadId)
      }
    },
    head: async (key) => {
      const held = state.objects.get(key)
      return held && { size: held.bytes.length, metadata: held.metadata, etag: '"1"' }
    },
    read: async function* (key, signal) {
      const held = state.objects.get(key)
      if (held === undefined) throw gone(key)
      for (let at = 0; at < held.bytes.length; at += chunkSize) {
        signal?.throwIfAborted()
        yield held.bytes.subarray(at, at + chunkSize)
      }
    },
    remove: async (key) => {
      if (beside.remove(key)) return 'removed'
      if (!state.objects.has(key)) return 'absent'
      if (state.locked.has(key)) return 'retained'
      state.objects.delete(key)
      return 'removed'
    },
    list: async function* () {
      for (const [key, { bytes, modifiedAt }] of state.objects) {
        yield { key, size: bytes.length, modifiedAt }
      }
      for (const key of beside.keys()) yield { key, size: 1, modifiedAt: now() }
    },
    listUploads: async function* () {
      yield* state.uploads
    },
    abortUpload: async (_key, uploadId) => forget(uploadId),
  }
  return { vault, state }
}

function gone(key: string): Failure {
  return new Failure({
    code: 'backup_corrupt',
    stage: 'download',
    message: `Cannot read ${key}: the bucket has no such object, expected the bytes of the backup`,
  })
}
