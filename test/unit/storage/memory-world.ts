import type { Backup } from '../../../action/domain/backup.ts'
import type { BackupRecord } from '../../../action/domain/backup-record.ts'
import { Failure } from '../../../action/domain/failure.ts'
import { createObjectKeys } from '../../../action/domain/object-keys.ts'
import type { Clock } from '../../../action/job/ports.ts'
import type { CatalogWorld } from '../../../action/storage/catalog-world.ts'
import { createConditions } from '../../../action/storage/conditions.ts'
import { createServerClock } from '../../../action/storage/server-clock.ts'
import { createCountingRandom } from './counting-random.ts'
import { createHastyClock } from './manual-clock.ts'
import {
  createMemoryObjectStore,
  type MemoryObjectStore,
  type MemoryRules,
} from './memory-object-store.ts'

export interface MemoryWorld extends CatalogWorld {
  readonly store: MemoryObjectStore
  readonly warnings: string[]
}

/** What a request that got no answer becomes. */
export function unreachable(): Failure {
  return new Failure({
    code: 'bucket_unreachable',
    stage: 'manifest',
    message: 'Cannot read the manifest: the bucket did not answer, expected an answer',
  })
}

/** The world of the catalog and the vault with everything in memory. */
export function createMemoryWorld(
  rules: Omit<MemoryRules, 'unknown'> = {},
  clock: Clock = createHastyClock(),
): MemoryWorld {
  const store = createMemoryObjectStore({ ...rules, unknown: unreachable })
  const keys = createObjectKeys('shop')
  const random = createCountingRandom()
  const warnings: string[] = []
  const log = {
    info: () => {},
    warn: (line: string) => void warnings.push(line),
    progress: () => {},
  }
  const conditions = createConditions({ store, keys, clock, random, log })
  const serverClock = createServerClock(clock)
  return {
    store,
    keys,
    conditions,
    serverClock,
    clock,
    random,
    log,
    recordMemory: new Map(),
    warnings,
  }
}

export const someId = '20261122T030012Z-k7q2'

/** An entry of the manifest. */
export function entry(id: string = someId, changes: Partial<Backup> = {}): Backup {
  return {
    id,
    filename: `shop-daily-${id}.sql.gz`,
    fileUrl: `s3://bucket/shop/backups/${id}/shop-daily-${id}.sql.gz`,
    fileSize: 4,
    type: 'DAILY',
    status: 'COMPLETED',
    startedAt: '2026-11-22T03:00:12.000Z',
    createdAt: '2026-11-22T03:00:12.000Z',
    completedAt: '2026-11-22T03:01:12.000Z',
    checksum: 'a'.repeat(64),
    database: 'shop',
    format: 'plain',
    compression: 'gzip',
    compressionLevel: 9,
    ...changes,
  }
}

/** The record of one backup. */
export function record(id: string = someId, changes: Partial<BackupRecord> = {}): BackupRecord {
  return {
    ...entry(id),
    version: 1,
    status: 'COMPLETED',
    completedAt: '2026-11-22T03:01:12.000Z',
    checksum: 'a'.repeat(64),
    serverVersion: '15.18',
    nonce: 'nonce-of-this-run',
    pgDumpVersion: '15.20',
    encoding: 'UTF8',
    extensions: [],
    largeObjects: false,
    warnings: [],
    ...changes,
  }
}
