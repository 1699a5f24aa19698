import type { Backup, Mark } from './backup.ts'
import { isFlagged } from './find-anomaly.ts'

/** What a person may say of a backup. */
export type MarkCommand = 'pin' | 'unpin' | 'accept'

/** The entries after a mark, and the ids of those that it changed. */
export interface Marked {
  readonly backups: readonly Backup[]
  readonly changedIds: readonly string[]
}

/**
 * The entries once a person has pinned, unpinned or accepted one of them. What already is so stays
 * untouched.
 *
 * Accepting a backup says that what it holds is what there is to hold; that covers the flagged ones
 * of its database that were made before it, so that a week of small dumps takes one word.
 */
export function markBackups(
  backups: readonly Backup[],
  command: MarkCommand,
  subject: Pick<Backup, 'id' | 'database' | 'createdAt'>,
  mark: Mark,
): Marked {
  const changedIds: string[] = []
  const marked = backups.map((backup) => {
    const changed = change(backup, command, subject, mark)
    if (changed !== backup) changedIds.push(backup.id)
    return changed
  })
  return { backups: marked, changedIds }
}

function change(
  backup: Backup,
  command: MarkCommand,
  subject: Pick<Backup, 'id' | 'database' | 'createdAt'>,
  mark: Mark,
): Backup {
  const isSubject = backup.id === subject.id
  switch (command) {
    case 'pin':
      return isSubject && backup.pinned === undefined ? { ...backup, pinned: mark } : backup
    case 'unpin': {
      if (!isSubject || backup.pinned === undefined) return backup
      const { pinned: _pinned, ...unpinned } = backup
      return unpinned
    }
    case 'accept': {
      const isEarlier =
        isFlagged(backup) &&
        backup.database === subject.database &&
        Date.parse(backup.createdAt) <= Date.parse(subject.createdAt)
      const isMeant = isEarlier || (isSubject && backup.accepted === undefined)
      return isMeant ? { ...backup, accepted: mark } : backup
    }
  }
}
