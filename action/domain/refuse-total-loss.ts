import type { Backup } from './backup.ts'

/**
 * Why a set of deletions must not be carried out: it would leave a database without any COMPLETED
 * backup although it has some. The last line behind every other guard, blind to their reasons.
 */
export function refuseTotalLoss(
  backups: readonly Backup[],
  deletedIds: ReadonlySet<string>,
): string | undefined {
  const completed = backups.filter((backup) => backup.status === 'COMPLETED')
  const databases = new Set(completed.map((backup) => backup.database))
  const left = new Set(
    completed.filter((backup) => !deletedIds.has(backup.id)).map((backup) => backup.database),
  )
  const lost = [...databases].filter((database) => !left.has(database)).length
  if (lost === 0) return undefined
  return `Cannot rotate: the plan would remove every COMPLETED backup of ${
    lost === 1 ? 'a database' : `${lost} databases`
  }, expected at least one to stay`
}
