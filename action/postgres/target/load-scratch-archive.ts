import type { ArchiveBlock, LoadRequest } from '../../job/ports.ts'
import { type DataCall, listedTableData, planStages } from './archive-stages.ts'
import { piecesAsMessages } from './copy-messages.ts'
import { copyRows } from './copy-rows.ts'
import { type PassOn, readArchiveSettings, restoreArchive } from './load-archive.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'
import { type DumpedTable, loadTables } from './load-tables.ts'
import type { PlannedCall } from './plan-archive-calls.ts'
import { readByOffset } from './read-by-offset.ts'
import { shareTables } from './share-tables.ts'
import type { TargetServer } from './target-server.ts'
import { tellProgress } from './tell-progress.ts'

/** pg_restore's own ceiling is the server's connections. */
const JOBS_MAX = 64
/** Each reader decompresses the whole archive: more of them would wait for that. */
const READERS_MAX = 8

/** Everything about the archive of a load. */
export interface ArchiveLoad {
  readonly server: TargetServer
  readonly session: LoadSession
  readonly request: LoadRequest
  readonly settings: SessionSettings
  /** Of `listArchive`. */
  readonly headPath: string
  readonly writeList: (list: string) => string
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
      await restoreArchive(session, call, (passOn) => passOn(archive), settings, signal)
    }
  }
}

async function inStages(
  load: ArchiveLoad,
  call: PlannedCall,
  jobs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { session, request, settings, headPath, writeList } = load
  const shares = call.isSelective ? [] : shareBlocks(load, call, Math.min(jobs, READERS_MAX))
  const readers = shares.length > 0 ? 1 : Math.min(jobs, READERS_MAX)
  const apart = new Set(shares.flat().map(({ entry }) => entry))
  const costs = new Map(request.blocks?.map(({ entry, cost }) => [entry, cost]))
  const costOf = (entry: number) => (costs.size === 0 ? undefined : (costs.get(entry) ?? 0))
  const split = { jobs, readers, apart, costOf }
  const stages = planStages(call.selection, call.list, split, writeList)
  await restoreArchive(session, stages.before, headPath, settings, signal)
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const [only] = stages.data
  if (shares.length > 0 && only) await loadApart(load, shares, only, stop, either)
  else await loadInParts(load, stages.data, stop, either)
  await restoreArchive(session, stages.after, headPath, settings, signal)
  if (stages.last) await restoreArchive(session, stages.last, headPath, settings, signal)
}

interface ArchivedTable extends DumpedTable {
  readonly entry: number
}

/** Large tables whose rows need not go through pg_restore. */
function shareBlocks(
  { request, session }: ArchiveLoad,
  { list }: PlannedCall,
  connections: number,
): readonly (readonly ArchivedTable[])[] {
  const listed = listedTableData(list)
  const tables = (request.blocks ?? []).flatMap(({ entry, start, end, cost, rows }) => {
    if (rows === undefined || !listed.has(entry)) return []
    const table: ArchivedTable = {
      ...{ entry, start, end, cost, sizeBytes: rows.end - rows.start },
      load: async (client, reader) => {
        await reader.skip(rows.start)
        await copyRows(client, rows.statement, piecesAsMessages(reader.until(rows.end)))
      },
    }
    return [table]
  })
  return shareTables(tables, connections, session.largeTableBytes)
}

/** The tables on connections of ours, and what is left by one pg_restore on the way. */
async function loadApart(
  { server, session, request, settings, headPath, writeList }: ArchiveLoad,
  shares: readonly (readonly ArchivedTable[])[],
  rest: DataCall,
  stop: AbortController,
  signal: AbortSignal,
): Promise<void> {
  const dumpSettings = await readArchiveSettings(session, headPath, writeList(''), signal)
  const reader = readByOffset(tellProgress(request, session, signal))
  try {
    const passAll = async (passOn: PassOn) => {
      const parts = { server, session, shares, settings, dumpSettings, reader, stop }
      await loadTables({ ...parts, open: request.open, passOn }, signal)
      await passOn(reader.until())
    }
    await restoreArchive(session, rest, passAll, settings, signal)
  } finally {
    await reader.close()
  }
}

/** All tables by several of pg_restore: a part of them only, or rows that it alone can read. */
async function loadInParts(
  { session, request, settings }: ArchiveLoad,
  calls: readonly DataCall[],
  stop: AbortController,
  signal: AbortSignal,
): Promise<void> {
  const { blocks } = request
  const works = calls.map((call, place) => {
    const whole = place === 0 ? tellProgress(request, session, signal) : request.open(signal)
    const archive = blocks === undefined ? whole : onlyBlocks(whole, blocks, call.needs)
    return restoreArchive(session, call, (passOn) => passOn(archive), settings, signal)
  })
  for (const work of works) work.catch((error: unknown) => stop.abort(error))
  await Promise.allSettled(works)
  signal.throwIfAborted()
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
