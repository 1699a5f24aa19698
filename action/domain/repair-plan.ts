import type { Backup } from './backup.ts'
import { isStale, isUnfinished } from './is-stale.ts'
import { createObjectKeys, parseBackupKey, recordFilename } from './object-keys.ts'
import { mendEntry } from './repair-entry.ts'
import { judgeObject, judgeUpload } from './repair-objects.ts'
import type { Deletable, RepairView } from './repair-view.ts'
import type { RepairFinding } from './result.ts'

/** What `repair` will do. Its findings are all `mended` (by `backups`), `reported` or `none`. */
export interface RepairPlan {
  /** The entries as the manifest should have them. */
  readonly backups: readonly Backup[]
  readonly findings: readonly RepairFinding[]
  /** With the finding that it belongs to, so that a deletion can be told in its place. */
  readonly deletable: readonly { readonly target: Deletable; readonly finding: RepairFinding }[]
}

/**
 * What is wrong in a prefix, and what mends it. A backup exists if and only if its record does, so
 * records win over entries:
 *
 * - a record without entry, or whose entry says something else, makes the entry;
 * - an entry that says COMPLETED without a record becomes FAILED, and so does one without bytes;
 * - a size that differs, or a record that cannot be read, marks the entry as failed verification;
 * - entries that are FAILED, DELETED or still running stay; those of dead runs become FAILED;
 * - bytes without a record, what a deletion left behind and dangling uploads are offered for
 *   deletion once they are older than the grace period; foreign objects are never touched.
 *
 * A second plan over what the first one mended mends nothing more.
 */
export function planRepair(view: RepairView): RepairPlan {
  const entries = new Map(view.entries.map((entry) => [entry.id, entry]))
  const sizes = measureBytes(view)
  const found = [...view.records.keys()].filter((id) => !entries.has(id)).sort()
  const mended = [...entries.keys(), ...found].map((id) =>
    mendEntry({
      id,
      entry: entries.get(id),
      reading: view.records.get(id),
      sizes: sizes.get(id),
      now: view.now,
    }),
  )
  const context = {
    view,
    entries,
    recordIds: new Set([...sizes].flatMap(([id, files]) => (files.has(recordFilename) ? id : []))),
    runningIds: new Set(view.entries.filter((entry) => isRunning(entry, view.now)).map(toId)),
  }
  const remains = [
    ...view.objects.toSorted(byKey).map((object) => judgeObject(object, context)),
    ...view.uploads.toSorted(byKey).map((upload) => judgeUpload(upload, context)),
  ].filter((remain) => remain !== undefined)
  return {
    backups: mended.flatMap(({ backup }) => backup ?? []),
    findings: [
      ...mended.flatMap(({ findings }) => findings),
      ...remains.map(({ finding }) => finding),
    ],
    deletable: remains.flatMap(({ target, finding }) =>
      target === undefined ? [] : [{ target, finding }],
    ),
  }
}

/** Sizes by filename of the objects of each backup. */
function measureBytes({ prefix, objects }: RepairView): Map<string, ReadonlyMap<string, number>> {
  const { prefix: root } = createObjectKeys(prefix)
  const sizes = new Map<string, Map<string, number>>()
  for (const { key, size } of objects) {
    const name = parseBackupKey(root, key)
    if (name === undefined) continue
    const files = sizes.get(name.id) ?? new Map<string, number>()
    sizes.set(name.id, files.set(name.filename, size))
  }
  return sizes
}

function isRunning(entry: Backup, now: Date): boolean {
  return isUnfinished(entry) && !isStale(entry, now)
}

function toId({ id }: Backup): string {
  return id
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  if (a.key === b.key) return 0
  return a.key < b.key ? -1 : 1
}
