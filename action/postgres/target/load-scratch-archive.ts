import type { ArchiveBlock, LoadRequest } from '../../job/ports.ts'
import { readArchiveRows } from './archive-rows.ts'
import { type DataCall, listedTableData, planStages } from './archive-stages.ts'
import { copyRows } from './copy-rows.ts'
import { type PassOn, readArchiveSettings, restoreArchive } from './load-archive.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'
import { type DumpedTable, loadTables } from './load-tables.ts'
import type { PlannedCall } from './plan-archive-calls.ts'
import { readByOffset } from './read-by-offset.ts'
import type { TargetServer } from './target-server.ts'
import { tellProgress } from './tell-progress.ts'

/** pg_restore's own ceiling is the server's connections. */
const JOBS_MAX = 64
/** More would wait for the decompression: for one, that all share, or one of each pg_restore's own. */
const CONNECTIONS_MAX = 8

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
  const connections = Math.min(jobs, CONNECTIONS_MAX)
  const tables = call.isSelective ? [] : tablesApart(load, call)
  const apart = new Set(tables.map(({ entry }) => entry))
  const costs = new Map(request.blocks?.map(({ entry, cost }) => [entry, cost]))
  const costOf = (entry: number) => (costs.size === 0 ? undefined : (costs.get(entry) ?? 0))
  const split = { jobs, readers: tables.length > 0 ? 1 : connections, apart, costOf }
  const stages = planStages(call.selection, call.list, split, writeList)
  await restoreArchive(session, stages.before, headPath, settings, signal)
  const [rest] = stages.data
  if (tables.length > 0 && rest) await loadApart(load, { tables, connections, rest }, signal)
  else await loadInParts(load, stages.data, signal)
  await restoreArchive(session, stages.after, headPath, settings, signal)
  if (stages.last) await restoreArchive(session, stages.last, headPath, settings, signal)
}

interface ArchivedTable extends DumpedTable {
  readonly entry: number
}

/** Large tables whose rows need not go through pg_restore. */
function tablesApart(
  { request, session }: ArchiveLoad,
  { list }: PlannedCall,
): readonly ArchivedTable[] {
  const listed = listedTableData(list)
  return (request.blocks ?? []).flatMap(({ entry, start, end, rows }) => {
    if (rows === undefined || !listed.has(entry)) return []
    const sizeBytes = rows.end - rows.start
    if (sizeBytes < session.largeTableBytes) return []
    const load: DumpedTable['load'] = (clients, reader) =>
      copyRows(clients, rows.statement, readArchiveRows(reader, rows))
    return [{ entry, start, end, sizeBytes, load }]
  })
}

/** The tables on connections of ours, and what is left by one pg_restore on the way. */
async function loadApart(
  { server, session, request, settings, headPath, writeList }: ArchiveLoad,
  split: {
    readonly tables: readonly DumpedTable[]
    readonly connections: number
    readonly rest: DataCall
  },
  signal: AbortSignal | undefined,
): Promise<void> {
  const dumpSettings = await readArchiveSettings(session, headPath, writeList(''), signal)
  const reader = readByOffset(tellProgress(request, session, signal))
  try {
    const passAll = async (passOn: PassOn) => {
      const parts = { server, session, settings, dumpSettings, reader, passOn, ...split }
      await loadTables(parts, signal)
      await passOn(reader.until())
    }
    await restoreArchive(session, split.rest, passAll, settings, signal)
  } finally {
    await reader.close()
  }
}

/** All tables by several of pg_restore: a part of them only, or rows that it alone can read. */
async function loadInParts(
  { session, request, settings }: ArchiveLoad,
  calls: readonly DataCall[],
  given: AbortSignal | undefined,
): Promise<void> {
  const { blocks } = request
  const stop = new AbortController()
  const signal = given === undefined ? stop.signal : AbortSignal.any([given, stop.signal])
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
