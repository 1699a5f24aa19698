import type { ArchiveBlock, LoadRequest } from '../../job/ports.ts'
import { planStages } from './archive-stages.ts'
import { restoreArchive } from './load-archive.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'
import type { PlannedCall } from './plan-archive-calls.ts'
import { readByOffset } from './read-by-offset.ts'
import { tellProgress } from './tell-progress.ts'

/** pg_restore's own ceiling is the server's connections. */
const JOBS_MAX = 64

/** Everything about the archive of a load. */
export interface ArchiveLoad {
  readonly session: LoadSession
  readonly request: LoadRequest
  readonly settings: SessionSettings
  /** Of `listArchive`. */
  readonly headPath: string
  readonly writeList: (list: string) => string
}

/** What others load need not be carried through a pipe: an archive that is read from front to end may lack it. */
async function* onlyBlocks(
  archive: AsyncIterable<Uint8Array>,
  blocks: readonly ArchiveBlock[],
  needs: (entry: number) => boolean,
): AsyncGenerator<Uint8Array> {
  const reader = readByOffset(archive)
  try {
    yield* reader.until(blocks[0]?.start)
    for (const { start, end } of blocks.filter(({ entry }) => needs(entry))) {
      await reader.skip(start)
      yield* reader.until(end)
    }
  } finally {
    await reader.close()
  }
}

/** Loads an archive into a scratch database, with several connections where asked. */
export async function loadScratchArchive(
  load: ArchiveLoad,
  calls: readonly PlannedCall[],
  signal?: AbortSignal,
): Promise<void> {
  const { session, request, settings } = load
  const jobs = Math.min(Math.max(Math.floor(request.jobs), 1), JOBS_MAX)
  for (const call of calls) {
    if (jobs > 1) await inStages(load, call, jobs, signal)
    else {
      const archive = tellProgress(request, session, signal)
      await restoreArchive(session, call, archive, settings, signal)
    }
  }
}

async function inStages(
  { session, request, settings, headPath, writeList }: ArchiveLoad,
  call: PlannedCall,
  jobs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { blocks } = request
  const costs = new Map(blocks?.map(({ entry, cost }) => [entry, cost]))
  const costOf = (entry: number) => (blocks === undefined ? undefined : (costs.get(entry) ?? 0))
  const stages = planStages(call.selection, call.list, jobs, costOf, writeList)
  await restoreArchive(session, stages.before, headPath, settings, signal)
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const works = stages.data.map((part, place) => {
    const whole = place === 0 ? tellProgress(request, session, either) : request.open(either)
    const archive = blocks === undefined ? whole : onlyBlocks(whole, blocks, part.needs)
    return restoreArchive(session, part, archive, settings, either)
  })
  for (const work of works) work.catch((error: unknown) => stop.abort(error))
  await Promise.allSettled(works)
  either.throwIfAborted()
  await restoreArchive(session, stages.after, headPath, settings, signal)
  if (stages.last) await restoreArchive(session, stages.last, headPath, settings, signal)
}
