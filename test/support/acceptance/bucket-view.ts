import { gunzipSync } from 'node:zlib'
import type { Manifest } from '../../../action/domain/manifest.ts'
import type { Peek } from '../s3-server/peek.ts'

/** What a test asks of a bucket as a whole. */
export interface BucketView {
  readonly peek: Peek
  /** Every key with its ETag, to be compared with an earlier one: what was there must still be. */
  contents(): ReadonlyMap<string, string>
  /** All that anybody who may read the bucket can read: keys, metadata, bytes, and gzip undone. */
  everything(): Promise<Buffer>
  /** Makes a backup so many days older, in its record and in the index. */
  age(id: string, days: number): Promise<void>
}

const dayMs = 86_400_000
const instants = ['createdAt', 'startedAt', 'completedAt'] as const
type Aging = { readonly [Name in (typeof instants)[number]]?: string | undefined }

function aged<T extends Aging>(entry: T, days: number): T {
  const earlier = instants.flatMap((name) => {
    const instant = entry[name]
    return instant === undefined
      ? []
      : [[name, new Date(Date.parse(instant) - days * dayMs).toISOString()]]
  })
  return { ...entry, ...Object.fromEntries(earlier) }
}

/** A {@link BucketView} through the peephole of the test server. */
export function createBucketView(peek: Peek): BucketView {
  return {
    peek,
    contents: () => new Map(peek.keys().map((key) => [key, peek.describe(key)?.etag ?? ''])),
    async everything() {
      const all: Buffer[] = []
      for (const key of peek.keys()) {
        const bytes = await peek.read(key)
        all.push(Buffer.from(`${key}\n${JSON.stringify(peek.describe(key)?.metadata)}\n`), bytes)
        if (key.endsWith('.gz')) all.push(gunzipSync(bytes))
      }
      return Buffer.concat(all)
    },
    async age(id, days) {
      const recordKey = `strongroom/backups/${id}/backup.json`
      const record = JSON.parse(await peek.readText(recordKey))
      await peek.write(recordKey, JSON.stringify(aged(record, days)))
      const manifestKey = 'strongroom/manifest.json'
      const manifest: Manifest = JSON.parse(await peek.readText(manifestKey))
      const backups = manifest.backups.map((entry) => (entry.id === id ? aged(entry, days) : entry))
      await peek.write(manifestKey, JSON.stringify({ ...manifest, backups }))
    },
  }
}
