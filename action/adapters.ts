import type { Inputs } from './domain/inputs.ts'
import { createObjectKeys, type ObjectKeys } from './domain/object-keys.ts'
import type { Clock, Log, Random, RestoreTarget, SourceDatabase, Streams } from './job/ports.ts'
import { openSourceDatabase } from './postgres/open-source-database.ts'
import { openRestoreTarget } from './postgres/target/open-restore-target.ts'
import { systemClock } from './runner/system-clock.ts'
import { systemRandom } from './runner/system-random.ts'
import { type OpenBucket, openBucket } from './storage/open-bucket.ts'
import { createStreams } from './stream/create-streams.ts'

/** The world outside, opened piece by piece as a command needs it and closed together. */
export interface Adapters {
  readonly clock: Clock
  readonly random: Random
  readonly keys: ObjectKeys
  bucket(): OpenBucket
  streams(): Streams
  source(url: string): SourceDatabase
  target(url: string): RestoreTarget
  /** Closes what was opened, the last first. */
  close(): Promise<void>
}

interface AdapterOptions {
  readonly inputs: Inputs
  readonly log: Log
  readonly redact: (text: string) => string
  readonly temporaryDirectory: string
  /** As in the `PATH` variable: where client programs are looked for beside the usual folders. */
  readonly searchPath?: string | undefined
}

/** Adapters for the given inputs. Nothing is opened yet. */
export function createAdapters(options: AdapterOptions): Adapters {
  const { inputs, log, redact, temporaryDirectory, searchPath } = options
  const clock = systemClock
  const random = systemRandom
  const closers: (() => Promise<void>)[] = []
  const keep = <T extends { close(): Promise<void> | void }>(opened: T): T => {
    closers.unshift(async () => opened.close())
    return opened
  }
  const once = <T>(open: () => T): (() => T) => {
    let opened: { readonly value: T } | undefined
    return () => {
      opened ??= { value: open() }
      return opened.value
    }
  }
  const { installClient } = inputs
  const postgres = {
    temporaryDirectory,
    installClient,
    redact,
    log,
    clock,
    ...(searchPath !== undefined && { searchPath }),
  }
  return {
    clock,
    random,
    keys: createObjectKeys(inputs.prefix),
    bucket: once(() => keep(openBucket({ ...bucketSettings(inputs), clock, random, log }))),
    streams: once(() => keep(createStreams({ temporaryDirectory }))),
    source: (url) => keep(openSourceDatabase({ url, ...postgres })),
    target: (url) => keep(openRestoreTarget({ url, random, ...postgres })),
    async close() {
      for (const closer of closers.splice(0)) await closer()
    },
  }
}

function bucketSettings(inputs: Inputs) {
  const {
    bucket = '',
    prefix,
    region,
    endpoint,
    accessKeyId,
    secretAccessKey,
    sessionToken,
  } = inputs
  return {
    bucket,
    prefix,
    region: region ?? 'auto',
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: {
          accessKeyId,
          secretAccessKey,
          ...(sessionToken !== undefined && { sessionToken }),
        },
      }),
  }
}
