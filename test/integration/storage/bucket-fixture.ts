import { createHash } from 'node:crypto'
import type { Backup } from '../../../action/domain/backup.ts'
import type { BackupRecord } from '../../../action/domain/backup-record.ts'
import { putBackup } from '../../../action/domain/manifest-changes.ts'
import type { Clock, ManifestChange } from '../../../action/job/ports.ts'
import { systemClock } from '../../../action/runner/system-clock.ts'
import { systemRandom } from '../../../action/runner/system-random.ts'
import {
  type BucketSettings,
  type OpenBucket,
  openBucket,
} from '../../../action/storage/open-bucket.ts'
import type { S3Server } from '../../support/s3-server/start-s3-server.ts'

/** Waits of so long are limits, which a busy machine must not reach; shorter ones are back-offs. */
const limitFromMs = 2_000

/** The machine's time, with back-offs that are a tenth as long. */
const briskClock: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms < limitFromMs ? ms / 10 : ms, signal),
}

export interface TestBucket extends OpenBucket {
  readonly name: string
  readonly warnings: readonly string[]
}

/** A client of one bucket of the test server, below the prefix `shop`. */
export function connect(
  server: S3Server,
  name: string,
  changes: Partial<BucketSettings> = {},
): TestBucket {
  const warnings: string[] = []
  const { accessKeyId, secretAccessKey } = server
  const opened = openBucket({
    bucket: name,
    prefix: 'shop',
    region: 'auto',
    endpoint: server.endpoint,
    credentials: { accessKeyId, secretAccessKey },
    clock: briskClock,
    random: systemRandom,
    log: { info: () => {}, warn: (line) => void warnings.push(line), progress: () => {} },
    requestTimeoutMs: 500,
    ...changes,
  })
  return { ...opened, name, warnings }
}

let buckets = 0

/** A new bucket and a client of it. */
export function newBucket(server: S3Server, changes: Partial<BucketSettings> = {}): TestBucket {
  buckets += 1
  const name = `bucket-${buckets}`
  server.createBucket(name)
  return connect(server, name, changes)
}

export const minPartSize = 5 * 1024 * 1024

export function idOf(index: number): string {
  const digits = String(index).padStart(6, '0')
  return `20261122T${digits}Z-aaaa`
}

export function keyOf(id: string): string {
  return `shop/backups/${id}/shop-daily-${id}.sql.gz`
}

export function entry(id: string, changes: Partial<Backup> = {}): Backup {
  return {
    id,
    filename: `shop-daily-${id}.sql.gz`,
    fileUrl: `s3://bucket/${keyOf(id)}`,
    fileSize: 4,
    type: 'DAILY',
    status: 'COMPLETED',
    startedAt: '2026-11-22T03:00:12.000Z',
    createdAt: '2026-11-22T03:00:12.000Z',
    completedAt: '2026-11-22T03:01:12.000Z',
    checksum: 'a'.repeat(64),
    database: 'shop',
    serverVersion: '15.18',
    format: 'plain',
    compression: 'gzip',
    compressionLevel: 9,
    ...changes,
  }
}

export function record(id: string, nonce = 'nonce-of-this-run'): BackupRecord {
  return {
    ...entry(id),
    version: 1,
    status: 'COMPLETED',
    completedAt: '2026-11-22T03:01:12.000Z',
    checksum: 'a'.repeat(64),
    serverVersion: '15.18',
    nonce,
    pgDumpVersion: '15.20',
    encoding: 'UTF8',
    extensions: [],
    largeObjects: false,
    warnings: [],
  }
}

export function adding(...backups: readonly Backup[]): ManifestChange<number> {
  return {
    decide: (manifest) => ({
      manifest: backups.reduce(putBackup, manifest),
      value: backups.length,
    }),
    isApplied: (manifest) =>
      backups.every(({ id }) => manifest.backups.some((backup) => backup.id === id)),
  }
}

/** Bytes that differ everywhere, in chunks that fit no part. */
export async function* bytesOf(size: number, chunkSize = 100_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < size; start += chunkSize) {
    yield patterned(start, Math.min(chunkSize, size - start))
  }
}

function patterned(start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index += 1) {
    const at = start + index
    bytes[index] = (at ^ (at >>> 8) ^ (at >>> 16)) & 0xff
  }
  return bytes
}

export async function digestOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of source) hash.update(chunk)
  return hash.digest('hex')
}
