import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createObjectKeys } from '../../../action/domain/object-keys.ts'
import type { BackUpRequest } from '../../../action/job/back-up.ts'
import type { Clock, Random, SourceDatabase, Streams } from '../../../action/job/ports.ts'
import { systemClock } from '../../../action/runner/system-clock.ts'
import { systemRandom } from '../../../action/runner/system-random.ts'
import { openBucket } from '../../../action/storage/open-bucket.ts'
import { createStreams } from '../../../action/stream/create-streams.ts'
import { createFakeLog } from '../../support/fakes/fake-log.ts'
import { everything } from '../../support/postgres/source-under-test.ts'
import { type Cluster, startCluster } from '../../support/postgres/start-cluster.ts'
import {
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from '../../support/s3-server/start-s3-server.ts'
import { recordSource } from './recorded-source.ts'

export const dayMs = 86_400_000
export const prefix = 'strongroom'
export const keys = createObjectKeys(prefix)

/** A silent request is given up after so long: long enough for a busy machine, short for a test. */
const requestTimeoutMs = 700

/** What a whole file of tests shares: one server of each kind, one dump, one pool of threads. */
export interface Scene {
  readonly cluster: Cluster
  readonly server: S3Server
  readonly source: SourceDatabase
  readonly streams: Streams
  close(): Promise<void>
}

export async function openScene(options: S3ServerOptions = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-jobs-'))
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (const closer of closers.splice(0)) await closer()
  }
  try {
    const cluster = await startCluster()
    closers.unshift(() => cluster.stop())
    const server = await startS3Server(options)
    closers.unshift(() => server.close())
    const streams = createStreams({ temporaryDirectory: folder, cores: 1 })
    closers.unshift(() => streams.close())
    const source = await recordSource(cluster, 'shop')
    return { cluster, server, source, streams, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Chance without patience: everything is random but the waits between tries, which are none. */
const hastyRandom: Random = {
  base32: (length) => (length === 4 ? 'aaaa' : systemRandom.base32(length)),
}

/** The machine's clock, put off by so much. */
export function shiftedClock(offsetMs: number): Clock {
  return { now: () => new Date(Date.now() + offsetMs), sleep: systemClock.sleep }
}

/** What every job takes its own part of, over one bucket of the scene. */
export function openPorts({ server, source, streams }: Scene, bucket: string, clockOffsetMs = 0) {
  const clock = shiftedClock(clockOffsetMs)
  const log = createFakeLog()
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  const opened = openBucket({
    bucket,
    prefix,
    region,
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    clock,
    random: hastyRandom,
    log,
    connectTimeoutMs: 5_000,
    requestTimeoutMs,
  })
  return {
    clock,
    random: systemRandom,
    log,
    keys,
    source,
    streams,
    catalog: opened.catalog,
    vault: opened.vault,
    // Its scenes choose their own time.
    bucketTime: () => clock.now(),
    holder: 'a test',
    redact: (text: string) => text,
    isRunAlive: async () => 'unknown' as const,
    onEntry: () => {},
    close: () => opened.close(),
  }
}

export type Ports = ReturnType<typeof openPorts>

/** The retention of the contract. */
export const retention = {
  days: { daily: 7, weekly: 28, monthly: 365, failed: 30 },
  keepLast: 1,
}

export function backUpRequest(changes: Partial<BackUpRequest> = {}): BackUpRequest {
  return {
    database: 'shop',
    type: 'DAILY',
    event: 'terminal',
    format: 'plain',
    compressionLevel: 1,
    totalTimeoutMs: 3_600_000,
    overlap: 'refuse',
    dump: everything,
    ...changes,
  }
}
