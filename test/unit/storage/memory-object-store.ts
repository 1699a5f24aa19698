import type { Failure } from '../../../action/domain/failure.ts'
import type {
  Condition,
  ObjectStore,
  Part,
  UploadExpiry,
  WriteOutcome,
} from '../../../action/storage/object-store.ts'

type Operation = Exclude<keyof ObjectStore, 'removesConditionally'>

/** One call that arrived. */
export interface Call {
  readonly operation: Operation
  readonly key: string
  /** From 1, among calls of the same operation. */
  readonly nth: number
}

/** What a test may do to a call: replace its outcome, before or after it took effect. */
export interface Meddling {
  /** Nothing happens; this is answered. */
  readonly instead?: WriteOutcome['kind']
  /** It happens; this is answered. */
  readonly butAnswer?: WriteOutcome['kind']
  /** Nothing happens; this is thrown. */
  readonly fail?: unknown
}

interface Held {
  readonly bytes: Uint8Array
  readonly etag: string
  readonly metadata: Readonly<Record<string, string>>
}

export interface MemoryObjectStore extends ObjectStore {
  readonly objects: Map<string, Held>
  readonly calls: Call[]
  readonly uploads: Map<string, { readonly key: string; readonly parts: Map<number, Uint8Array> }>
  /** Called for every call; what it returns is done to it. */
  meddle: (call: Call) => Meddling | undefined
  /** Called before a body's chunk is handed out; throwing cuts it. */
  onChunk: (start: number) => void
  text(key: string): string
  set(key: string, content: string | Uint8Array, metadata?: Record<string, string>): void
}

export interface MemoryRules {
  readonly conditions?: 'honoured' | 'refused' | 'ignored'
  readonly locks?: (key: string) => boolean
  readonly removesConditionally?: boolean
  readonly expiry?: UploadExpiry
  readonly unknown: () => Failure
}

const chunkSize = 4

/** An object store in memory that keeps the contract of `ObjectStore`, and can be made to break it. */
export function createMemoryObjectStore(rules: MemoryRules): MemoryObjectStore {
  const objects = new Map<string, Held>()
  const uploads = new Map<
    string,
    { key: string; parts: Map<number, Uint8Array>; metadata: Record<string, string> }
  >()
  const calls: Call[] = []
  let writes = 0
  const put = (key: string, bytes: Uint8Array, metadata: Readonly<Record<string, string>> = {}) => {
    writes += 1
    const etag = `"${writes}"`
    objects.set(key, { bytes: new Uint8Array(bytes), etag, metadata })
    return etag
  }
  const enter = (operation: Operation, key: string): Meddling => {
    const nth = calls.filter((call) => call.operation === operation).length + 1
    const call = { operation, key, nth }
    calls.push(call)
    const meddling = store.meddle(call) ?? {}
    if (meddling.fail !== undefined) throw meddling.fail
    return meddling
  }
  const outcome = (kind: WriteOutcome['kind'], etag = ''): WriteOutcome => {
    if (kind === 'written') return { kind, etag }
    return kind === 'unknown' ? { kind, failure: rules.unknown() } : { kind }
  }
  const judge = (
    key: string,
    condition: Condition | undefined,
  ): WriteOutcome['kind'] | undefined => {
    if (condition === undefined || rules.conditions === 'ignored') return undefined
    if (rules.conditions === 'refused') return 'unsupported'
    const held = objects.get(key)
    if (condition.kind === 'absent') return held === undefined ? undefined : 'condition_failed'
    if (held === undefined) return 'missing'
    return held.etag === condition.etag ? undefined : 'condition_failed'
  }
  const store: MemoryObjectStore = {
    objects,
    calls,
    uploads,
    meddle: () => undefined,
    onChunk: () => {},
    text: (key) => new TextDecoder().decode(objects.get(key)?.bytes),
    set: (key, content, metadata) => {
      put(key, typeof content === 'string' ? new TextEncoder().encode(content) : content, metadata)
    },
    removesConditionally: rules.removesConditionally ?? false,
    get: async (key) => {
      enter('get', key)
      return objects.get(key)
    },
    open: async (key, from) => {
      enter('open', key)
      const held = objects.get(key)
      if (held === undefined) return undefined
      if (from !== undefined && from.etag !== held.etag) return 'changed'
      const start = from?.start ?? 0
      async function* body(bytes: Uint8Array) {
        for (let at = start; at < bytes.length; at += chunkSize) {
          store.onChunk(at)
          yield bytes.subarray(at, at + chunkSize)
        }
      }
      return { etag: held.etag, size: held.bytes.length, body: body(held.bytes) }
    },
    head: async (key) => {
      enter('head', key)
      const held = objects.get(key)
      if (held === undefined) return undefined
      return { size: held.bytes.length, etag: held.etag, metadata: held.metadata }
    },
    put: async (key, bytes) => {
      enter('put', key)
      put(key, bytes)
    },
    putIf: async (key, bytes, condition) => {
      const { instead, butAnswer } = enter('putIf', key)
      if (instead !== undefined) return outcome(instead)
      const refusal = judge(key, condition)
      if (refusal !== undefined) return outcome(refusal)
      const etag = put(key, bytes)
      return butAnswer === undefined ? outcome('written', etag) : outcome(butAnswer)
    },
    remove: async (key) => {
      enter('remove', key)
      if (rules.locks?.(key) === true) return 'refused'
      objects.delete(key)
      return 'removed'
    },
    removeIf: async (key, etag) => {
      enter('removeIf', key)
      if (objects.get(key)?.etag !== etag) return 'kept'
      objects.delete(key)
      return 'removed'
    },
    list: async function* (prefix) {
      enter('list', prefix)
      for (const key of [...objects.keys()].filter((name) => name.startsWith(prefix)).sort()) {
        const { bytes, etag = '' } = objects.get(key) ?? {}
        yield { key, size: bytes?.length ?? 0, modifiedAt: new Date(0), etag }
      }
    },
    startUpload: async (key, metadata) => {
      enter('startUpload', key)
      const uploadId = `upload-${uploads.size + 1}`
      uploads.set(uploadId, { key, parts: new Map(), metadata: { ...metadata } })
      return uploadId
    },
    putPart: async ({ key, uploadId }, number, bytes) => {
      enter('putPart', key)
      uploads.get(uploadId)?.parts.set(number, new Uint8Array(bytes))
      return { number, etag: `"part-${number}"` }
    },
    completeUpload: async ({ key, uploadId }, parts: readonly Part[], condition) => {
      const { instead, butAnswer } = enter('completeUpload', key)
      if (instead !== undefined) return outcome(instead)
      const upload = uploads.get(uploadId)
      if (upload === undefined) return outcome('missing')
      const refusal = judge(key, condition)
      if (refusal !== undefined) return outcome(refusal)
      const bytes = parts.map(({ number }) => upload.parts.get(number) ?? new Uint8Array())
      const etag = put(key, Buffer.concat(bytes), upload.metadata)
      uploads.delete(uploadId)
      return butAnswer === undefined ? outcome('written', etag) : outcome(butAnswer)
    },
    abortUpload: async ({ key, uploadId }) => {
      enter('abortUpload', key)
      uploads.delete(uploadId)
    },
    listUploads: async function* (prefix) {
      enter('listUploads', prefix)
      for (const [uploadId, { key }] of uploads) {
        if (key.startsWith(prefix)) yield { key, uploadId, startedAt: new Date(0) }
      }
    },
    uploadExpiry: async (prefix) => {
      enter('uploadExpiry', prefix)
      return rules.expiry ?? { kind: 'days', days: 7 }
    },
  }
  return store
}
