/** PostgreSQL cuts longer names without a word: NAMEDATALEN less one, in bytes. */
export const databaseNameBytesMax = 63

/**
 * The name under which a swap keeps the database that it replaced: `<database>__pre_<id>`, where
 * `id` is the backup's, in lower case and with `_` so that the name needs no quotes if the
 * database's own needs none.
 *
 * An undo keeps what it takes away as `<database>__undone_<id>`, and a restore into a new database that was
 * given no name makes `<database>__restored_<id>`.
 *
 * The database's name is cut, never the id, and never within a character.
 */
export function keepDatabaseName(
  database: string,
  backupId: string,
  kind: 'pre' | 'undone' | 'restored' = 'pre',
): string {
  const suffix = `__${kind}_${backupId.toLowerCase().replaceAll('-', '_')}`
  return cutToBytes(database, databaseNameBytesMax - suffix.length) + suffix
}

/** How many bytes a name takes on a server whose encoding is UTF-8. */
export function countBytes(text: string): number {
  return new TextEncoder().encode(text).length
}

/** As much of `text` as fits into so many bytes of UTF-8, cut between characters. */
export function cutToBytes(text: string, bytesMax: number): string {
  let bytes = 0
  let cut = ''
  for (const character of text) {
    bytes += countBytes(character)
    if (bytes > bytesMax) return cut
    cut += character
  }
  return cut
}
