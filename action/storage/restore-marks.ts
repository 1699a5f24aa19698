import { type AuditEntry, auditEntrySchema } from '../domain/audit-entry.ts'
import type { Backup } from '../domain/backup.ts'
import type { CatalogWorld } from './catalog-world.ts'
import type { Purpose } from './object-store.ts'
import { readJson } from './read-json.ts'

type MarkWorld = Pick<CatalogWorld, 'store' | 'keys' | 'log'>

/** Names of audit objects that tell of a mark; the action is a part of each name. */
const markName = /\/\d{4}\/\d{2}\/[^/]+-(?:pin|unpin|accept)-[a-z2-7]+\.json$/

/**
 * The entries of a rebuilt index with what people had said of them, as the audit trail tells it: a
 * backup that somebody pinned must not expire because an index was lost. Where the trail cannot be
 * read, the rebuilding fails with it, since rotation would believe its result.
 */
export async function restoreMarks(
  world: MarkWorld,
  backups: readonly Backup[],
  purpose: Purpose,
): Promise<readonly Backup[]> {
  if (backups.length === 0) return backups
  const marks: AuditEntry[] = []
  for await (const { key } of world.store.list(world.keys.audits, purpose)) {
    if (markName.test(key)) marks.push(...(await readMark(world, key, purpose)))
  }
  const inOrder = marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const byId = new Map(backups.map((backup) => [backup.id, backup]))
  for (const mark of inOrder) {
    for (const id of mark.backupIds) {
      const backup = byId.get(id)
      if (backup !== undefined) byId.set(id, apply(backup, mark))
    }
  }
  return [...byId.values()]
}

async function readMark(
  { store, log }: MarkWorld,
  key: string,
  purpose: Purpose,
): Promise<readonly AuditEntry[]> {
  const document = await store.get(key, purpose)
  const parsed = auditEntrySchema.safeParse(
    document === undefined ? undefined : readJson(document.bytes)?.value,
  )
  if (parsed.success) return [parsed.data]
  log.warn(`Not in the rebuilt index: what ${key} says, since it cannot be read`)
  return []
}

function apply(backup: Backup, { action, at, actor }: AuditEntry): Backup {
  if (action === 'pin') return { ...backup, pinned: { at, by: actor } }
  if (action === 'accept') return { ...backup, accepted: { at, by: actor } }
  const { pinned: _pinned, ...unpinned } = backup
  return unpinned
}
