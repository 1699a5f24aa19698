/** UTC start to the second, then four base-32 characters: sorts by time, cannot be guessed into a path. */
export const backupIdPattern = /^\d{8}T\d{6}Z-[a-z2-7]{4}$/

/**
 * The id of a backup that starts at `startedAt`.
 *
 * @param suffix four base-32 characters (`a-z2-7`) from a random source
 */
export function createBackupId(startedAt: Date, suffix: string): string {
  const second = startedAt.toISOString().replace(/[-:]|\.\d{3}/g, '')
  return `${second}-${suffix}`
}

/** Whether `text` has the form of a backup id. Only such text may become part of an object key. */
export function isBackupId(text: string): boolean {
  return backupIdPattern.test(text)
}
