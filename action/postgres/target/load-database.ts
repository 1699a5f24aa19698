import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../../domain/failure.ts'
import type { LoadRequest } from '../../job/ports.ts'
import { listedExtensions, onlySchemas, withoutExtensions } from './archive-list.ts'
import { type FramedDump, frameDump } from './frame-dump.ts'
import { type ArchiveCall, archiveAsText, listArchive } from './load-archive.ts'
import { loadInPlace } from './load-in-place.ts'
import { loadPlain } from './load-plain.ts'
import { loadScratchArchive } from './load-scratch-archive.ts'
import { type LoadSession, readScratchSettings } from './load-session.ts'
import { planArchiveCalls } from './plan-archive-calls.ts'
import { type TargetServer, withConnection } from './target-server.ts'
import { tellProgress } from './tell-progress.ts'
import { isEmptySql } from './user-objects.ts'

interface LoadDependencies {
  readonly server: TargetServer
  readonly session: LoadSession
  readonly temporaryDirectory: string
}

/** Brings a verified dump into a database: four ways, by format and by whether it is in place. */
export async function loadDatabase(
  dependencies: LoadDependencies,
  request: LoadRequest,
  signal?: AbortSignal,
): Promise<void> {
  if (request.format === 'custom') return await loadCustom(dependencies, request, signal)
  const { server, session } = dependencies
  if (request.inPlace) {
    const dump = await frameDump(tellProgress(request, session, signal), {
      dropFinalCommit: false,
      serverMajor: session.serverMajor,
    })
    return await loadInPlace(server, session, [dump], signal).finally(dump.close)
  }
  const settings = await readScratchSettings(server.settings, request.database, signal)
  await loadPlain(server, session, request, settings, signal)
}

async function loadCustom(
  dependencies: LoadDependencies,
  request: LoadRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { server, session } = dependencies
  const folder = mkdtempSync(join(dependencies.temporaryDirectory, 'strongroom-list-'))
  const dumps: FramedDump[] = []
  let lists = 0
  const writeList = (list: string) => {
    lists += 1
    const path = join(folder, `list-${lists}`)
    writeFileSync(path, list, { mode: 0o600 })
    return path
  }
  const headPath = join(folder, 'head')
  try {
    const whole = await listArchive(session, request.open(signal), headPath, signal)
    const skipped = await extensionsToSkip(server, request.database, whole, signal)
    const list = withoutExtensions(whole, skipped)
    const calls = planArchiveCalls(list, skipped.length > 0, request, writeList)
    if (request.inPlace) await refuseToDropTheRest(server, request, signal)
    if (request.inPlace || needsText(session)) {
      for (const call of calls) {
        const archive = tellProgress(request, session, signal)
        dumps.push(await archiveAsText(session, archive, call, signal))
      }
      return await loadInPlace(server, session, dumps, signal)
    }
    await makeRoomForPublic(dependencies, request, list, writeList, signal)
    const settings = await readScratchSettings(server.settings, request.database, signal)
    const load = { server, session, request, settings, headPath, writeList }
    await loadScratchArchive(load, calls, signal)
  } finally {
    for (const dump of dumps) await dump.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * pg_restore 17 and newer send a setting that older servers refuse. In their text it can be left
 * out, and a scratch database takes the text in one transaction as a target does.
 */
function needsText({ client, serverMajor }: LoadSession): boolean {
  return client.major >= 17 && serverMajor < 17
}

/**
 * Extensions of the archive that are there already as somebody else's, or that the role may not
 * create although the server has them: a provider's own. Whatever needs a missing one fails later.
 */
async function extensionsToSkip(
  server: TargetServer,
  database: string,
  list: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const extensions = listedExtensions(list)
  if (extensions.length === 0) return []
  const skipped = await withConnection(server.settings, database, signal, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT x.name FROM unnest($1::text[]) x (name)
         LEFT JOIN pg_extension e ON e.extname = x.name
        WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
          AND CASE WHEN e.oid IS NOT NULL THEN NOT pg_has_role(e.extowner, 'USAGE')
              ELSE (SELECT bool_and(v.superuser AND coalesce(to_jsonb(v) ->> 'trusted', 'false') <> 'true')
                      FROM pg_available_extension_versions v WHERE v.name = x.name)
              END`,
      [extensions],
    )
    return rows.map((row) => row.name)
  })
  if (skipped.length > 0) {
    server.log.warn(
      `Extensions that the role may not create are left out: ${skipped.join(', ')}. What needs them works only where the provider has them installed`,
    )
  }
  return skipped
}

/** An archive of chosen schemas creates `public`, which a new database has already. */
async function makeRoomForPublic(
  { server, session }: LoadDependencies,
  request: LoadRequest,
  list: string,
  writeList: (list: string) => string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const entry = onlySchemas(list, ['public'])
  const isSelective = request.schemas.length > 0 || request.tables.length > 0
  if (entry === '' || isSelective) return
  const call: ArchiveCall = { args: [`--use-list=${writeList(entry)}`] }
  const text = await archiveAsText(session, request.open(signal), call, signal)
  // Read to its end: it is short, and the program then ends by itself.
  for await (const _ of text.body);
  if (!text.createsPublic) return
  await withConnection(server.settings, request.database, signal, (client) =>
    client.query('DROP SCHEMA public'),
  )
}

/** In place replaces everything; a selection would silently drop all that it does not name. */
async function refuseToDropTheRest(
  server: TargetServer,
  { database, schemas, tables }: LoadRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (schemas.length === 0 && tables.length === 0) return
  const isEmpty = await withConnection(server.settings, database, signal, async (client) => {
    const { rows } = await client.query<{ is_empty: boolean }>(`SELECT ${isEmptySql} AS is_empty`)
    return rows[0]?.is_empty
  })
  if (isEmpty) return
  throw new Failure({
    code: 'target_not_empty',
    stage: 'restore',
    message:
      'Cannot restore a selection in place: the target is not empty and all that was not selected would be dropped, expected an empty target',
    hint: 'Restore the selection with restore-mode: new-database and copy from there.',
  })
}
