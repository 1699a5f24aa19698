/** Rows per table, `"schema.table": rows`. */
type RowCounts = Readonly<Record<string, number>>

/**
 * Where the rows of a restored database differ from those of the record, one clause a table, in the
 * order of the tables' names. None: they are the same. An empty table that the record does not know is
 * one whose rows were left out of the backup.
 */
export function compareRows(expected: RowCounts, actual: RowCounts): string[] {
  const wanted = new Map(Object.entries(expected))
  const found = new Map(Object.entries(actual))
  return [...new Set([...wanted.keys(), ...found.keys()])].sort().flatMap((table) => {
    const want = wanted.get(table)
    const have = found.get(table)
    if (want === have || (want === undefined && have === 0)) return []
    if (have === undefined) return [`"${table}" is missing, expected ${want} rows`]
    if (want === undefined) return [`"${table}" has ${have} rows, expected no such table`]
    return [`"${table}" has ${have} rows, expected ${want}`]
  })
}
