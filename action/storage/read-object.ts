import { Failure, isFailure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import type { ObjectFacts, Purpose } from './object-store.ts'

/** Drops in a row, each with less progress than the next constant, before a read is given up. */
const resumesMax = 8
const progressBytes = 8 * 1024 * 1024
/** A drop after the reader itself paused for so long is not the network's fault. */
const pauseMs = 5_000
const backOff = { baseMs: 200, maxMs: 10_000 }

type ReadWorld = Pick<CatalogWorld, 'store' | 'clock' | 'random' | 'log'>

/**
 * The bytes of an object, from one GET; where that is cut, stalls or ends early, the rest by range,
 * under the ETag of the beginning, so that never two objects are sewn together.
 *
 * @throws {Failure} `download_failed` where it is missing, changes, or keeps being cut
 */
export async function* readObject(
  world: ReadWorld,
  key: string,
  purpose: Purpose,
): AsyncGenerator<Uint8Array> {
  const { store, clock, random, log } = world
  const facts = await store.head(key, purpose)
  if (facts === undefined) throw gone(purpose)
  let done = 0
  let resumedAt = 0
  let resumes = 0
  while (done < facts.size) {
    const body = await openRest(world, key, facts, done, purpose)
    let pausedMs = 0
    let cut: Failure | undefined
    try {
      for await (const chunk of body) {
        done += chunk.length
        if (done > facts.size) throw tooLong(facts.size, purpose)
        const before = clock.now().getTime()
        yield chunk
        pausedMs += clock.now().getTime() - before
      }
    } catch (error) {
      if (!isFailure(error) || error.code === 'download_failed') throw error
      cut = error
    }
    if (done >= facts.size) return
    resumes = done - resumedAt >= progressBytes || pausedMs >= pauseMs ? 1 : resumes + 1
    resumedAt = done
    if (resumes > resumesMax) throw keepsBeingCut(done, facts.size, cut, purpose)
    log.info(`The download was cut at ${done} of ${facts.size} bytes and goes on from there`)
    await clock.sleep(backOffMs(random, resumes, backOff), purpose.signal)
  }
}

async function openRest(
  { store }: ReadWorld,
  key: string,
  { etag }: ObjectFacts,
  start: number,
  purpose: Purpose,
): Promise<AsyncIterable<Uint8Array>> {
  const opened = await store.open(key, { start, etag }, purpose)
  if (opened === undefined) throw gone(purpose)
  if (opened === 'changed') {
    throw downloadFailure(
      purpose,
      'the object changed while it was read, or the bucket does not answer by range, expected one object from start to end',
      'Run the command again; if this repeats, somebody else writes below this prefix.',
    )
  }
  return opened.body
}

/** Listings and reads of S3 are consistent: what it has not is gone, which is not to be waited for. */
function gone(purpose: Purpose): Failure {
  return new Failure({
    code: 'backup_corrupt',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the bucket has no such object, expected the bytes of the backup`,
    hint: 'Choose another backup. Run "repair" to see what is left of this one, and find out who deleted its bytes.',
  })
}

function tooLong(size: number, purpose: Purpose): Failure {
  return downloadFailure(
    purpose,
    `more than ${size} bytes arrived, expected just these`,
    'A proxy between here and the bucket may change what it passes on.',
  )
}

function keepsBeingCut(
  done: number,
  size: number,
  cause: Failure | undefined,
  purpose: Purpose,
): Failure {
  return downloadFailure(
    purpose,
    `the connection was cut ${resumesMax + 1} times, the last time at byte ${done} of ${size}, expected it to hold`,
    'Try again later; nothing was changed.',
    cause,
  )
}

function downloadFailure(purpose: Purpose, text: string, hint: string, cause?: unknown): Failure {
  return new Failure({
    code: 'download_failed',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: ${text}`,
    hint,
    cause,
  })
}
