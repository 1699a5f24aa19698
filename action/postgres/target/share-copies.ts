import type { CopyBlock } from '../../job/ports.ts'

/** Every table stays locked to the end: the server's room for locks is bounded. */
const TABLES_MAX = 64
/** What a row costs the server besides its bytes, in bytes; measured with narrow and wide tables. */
const ROW_BYTES = 100

/**
 * Shares the large tables of a dump out among connections so that all are done at about the same time: each goes, largest
 * first, to whom has least to do. Nothing is shared out where there is no large table.
 *
 * @param largeBytesMin rows of smaller tables are loaded where they stand in the dump
 * @returns what each connection loads, in the order of the dump; at most `connections`, none of them empty
 */
export function shareCopies(
  copies: readonly CopyBlock[],
  connections: number,
  largeBytesMin: number,
): readonly (readonly CopyBlock[])[] {
  const large = copies
    .filter(({ rowsStart, rowsEnd }) => rowsEnd - rowsStart >= largeBytesMin)
    .toSorted((a, b) => cost(b) - cost(a))
    .slice(0, TABLES_MAX)
  const shares = Array.from({ length: Math.min(connections, large.length) }, () => ({
    cost: 0,
    blocks: [] as CopyBlock[],
  }))
  for (const block of large) {
    const least = shares.reduce((best, share) => (share.cost < best.cost ? share : best))
    least.cost += cost(block)
    least.blocks.push(block)
  }
  return shares.map(({ blocks }) => blocks.toSorted((a, b) => a.start - b.start))
}

function cost({ rowsStart, rowsEnd, rows }: CopyBlock): number {
  return rowsEnd - rowsStart + rows * ROW_BYTES
}
