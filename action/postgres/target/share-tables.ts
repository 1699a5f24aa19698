/** A table's rows in a dump, as far as sharing them out goes. */
export interface TablePlace {
  /** Offset in the dump. */
  readonly start: number
  readonly sizeBytes: number
  /** How long loading takes, compared with others. */
  readonly cost: number
}

/** Every table stays locked to the end: the server's room for locks is bounded. */
const TABLES_MAX = 64

/**
 * Shares the large tables of a dump out among connections so that all are done at about the same time: each goes, largest
 * first, to whom has least to do. Nothing is shared out where there is no large table.
 *
 * @param largeBytesMin rows of smaller tables are loaded where they stand in the dump
 * @returns what each connection loads, in the order of the dump; at most `connections`, none of them empty
 */
export function shareTables<T extends TablePlace>(
  tables: readonly T[],
  connections: number,
  largeBytesMin: number,
): readonly (readonly T[])[] {
  const large = tables
    .filter(({ sizeBytes }) => sizeBytes >= largeBytesMin)
    .toSorted((a, b) => b.cost - a.cost)
    .slice(0, TABLES_MAX)
  const shares = Array.from({ length: Math.min(connections, large.length) }, () => ({
    cost: 0,
    tables: [] as T[],
  }))
  for (const table of large) {
    const least = shares.reduce((best, share) => (share.cost < best.cost ? share : best))
    least.cost += table.cost
    least.tables.push(table)
  }
  return shares.map((share) => share.tables.toSorted((a, b) => a.start - b.start))
}
