import type { Backup } from './backup.ts'
import type { RetentionItem } from './result.ts'

/**
 * The items of a plan, none of them to be deleted where the plan would leave a database without any
 * COMPLETED backup although it has some. The last line behind every other guard, blind to their
 * reasons.
 */
export function guardTotalLoss(
  backups: readonly Backup[],
  items: readonly RetentionItem[],
): { readonly items: readonly RetentionItem[]; readonly refusal?: string } {
  const lost = countLost(backups, new Set(items.filter(isDeleted).map(({ id }) => id)))
  if (lost === 0) return { items }
  const databases = lost === 1 ? 'a database' : `${lost} databases`
  return {
    items: items.map((item) => (isDeleted(item) ? spare(item) : item)),
    refusal:
      `Cannot rotate: the plan would remove every COMPLETED backup of ${databases}, ` +
      'expected at least one to stay',
  }
}

function countLost(backups: readonly Backup[], deletedIds: ReadonlySet<string>): number {
  const completed = backups.filter((backup) => backup.status === 'COMPLETED')
  const kept = new Set(completed.filter(({ id }) => !deletedIds.has(id)).map(toDatabase))
  return new Set(completed.map(toDatabase).filter((database) => !kept.has(database))).size
}

function toDatabase({ database }: Backup): string {
  return database
}

function isDeleted({ decision }: RetentionItem): boolean {
  return decision === 'delete'
}

function spare(item: RetentionItem): RetentionItem {
  return { ...item, decision: 'keep', reason: `${item.reason}, but the plan was refused` }
}
