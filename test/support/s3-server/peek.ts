import { createHash } from 'node:crypto'
import { readSegments } from './byte-store.ts'
import { byUtf8 } from './paging.ts'
import { bucketOf, objectOf, type State, swapObject } from './state.ts'

/** What a test may know of an unfinished upload. */
export interface PeekedUpload {
  readonly key: string
  readonly uploadId: string
  readonly startedAt: Date
  readonly parts: readonly { readonly partNumber: number; readonly size: number }[]
}

/** What a test may know of an object. */
export interface PeekedObject {
  readonly size: number
  /** With its quotes, as clients see it. */
  readonly etag: string
  readonly modifiedAt: Date
  readonly metadata: Readonly<Record<string, string>>
}

/** A bucket seen and changed behind the protocol's back, for assertions and for sabotage. */
export interface Peek {
  keys(prefix?: string): string[]
  describe(key: string): PeekedObject | undefined
  read(key: string): Promise<Buffer>
  readText(key: string): Promise<string>
  /** Puts bytes in a key's place; metadata is kept where none is given. */
  write(
    key: string,
    bytes: Uint8Array | string,
    metadata?: Readonly<Record<string, string>>,
  ): Promise<void>
  remove(key: string): Promise<void>
  /** Changes when an object was last modified. */
  setModifiedAt(key: string, modifiedAt: Date): void
  uploads(): PeekedUpload[]
  /** Changes when an upload was begun. */
  setStartedAt(uploadId: string, startedAt: Date): void
}

const META = 'x-amz-meta-'

function metadataOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(META))
  return Object.fromEntries(own.map(([name, value]) => [name.slice(META.length), value]))
}

function headersOf(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(metadata).map(([name, value]) => [`${META}${name}`, value])
  return { 'content-type': 'application/octet-stream', ...Object.fromEntries(own) }
}

/** A {@link Peek} into one bucket. */
export function createPeek(state: State, name: string, now: () => Date): Peek {
  const bucket = () => bucketOf(state, name)
  async function read(key: string): Promise<Buffer> {
    const object = objectOf(bucket(), key)
    const chunks: Buffer[] = []
    for await (const chunk of readSegments(object.segments, 0, object.size)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  async function write(key: string, content: Uint8Array | string, metadata?: object) {
    // A copy: the caller may go on using its bytes.
    const bytes = Buffer.from(content)
    const writer = await state.bytes.open()
    await writer.write(bytes)
    const segment = await writer.finish()
    const before = bucket().objects.get(key)
    await swapObject(bucket(), key, {
      segments: [segment],
      size: segment.size,
      etag: createHash('md5').update(bytes).digest('hex'),
      headers: headersOf(metadata ? { ...metadata } : metadataOf(before?.headers ?? {})),
      modifiedAt: now(),
      checksum: undefined,
    })
  }
  return {
    keys: (prefix = '') =>
      [...bucket().objects.keys()].filter((key) => key.startsWith(prefix)).sort(byUtf8),
    describe(key) {
      const object = bucket().objects.get(key)
      if (object === undefined) return undefined
      const { size, modifiedAt, headers } = object
      return { size, modifiedAt, etag: `"${object.etag}"`, metadata: metadataOf(headers) }
    },
    read,
    readText: async (key) => (await read(key)).toString('utf8'),
    write,
    remove: (key) => swapObject(bucket(), key, undefined),
    setModifiedAt(key, modifiedAt) {
      bucket().objects.set(key, { ...objectOf(bucket(), key), modifiedAt })
    },
    uploads: () =>
      [...bucket().uploads.values()].map(({ id, key, startedAt, parts }) => ({
        key,
        uploadId: id,
        startedAt,
        parts: [...parts.values()].map(({ partNumber, segment }) => ({
          partNumber,
          size: segment.size,
        })),
      })),
    setStartedAt(uploadId, startedAt) {
      const upload = bucket().uploads.get(uploadId)
      if (upload === undefined) throw new Error(`Cannot age an upload: ${uploadId} is not there`)
      upload.startedAt = startedAt
    },
  }
}
