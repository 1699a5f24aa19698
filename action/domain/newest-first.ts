import type { Backup } from './backup.ts'

/** Entries by an instant of theirs, newest first; equal ones by id, so that order is total. */
export function sortNewestFirst<T extends Pick<Backup, 'id' | 'createdAt' | 'startedAt'>>(
  backups: readonly T[],
  by: 'createdAt' | 'startedAt' = 'createdAt',
): T[] {
  return backups
    .map((backup) => ({ backup, at: Date.parse(backup[by]) }))
    .sort((a, b) => compareInstants(b.at, a.at) || compareText(b.backup.id, a.backup.id))
    .map(({ backup }) => backup)
}

/** An instant that cannot be read counts as older than any. */
function compareInstants(a: number, b: number): number {
  const left = Number.isNaN(a) ? Number.NEGATIVE_INFINITY : a
  const right = Number.isNaN(b) ? Number.NEGATIVE_INFINITY : b
  if (left === right) return 0
  return left < right ? -1 : 1
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
