import { createDumpScanner } from './dump-scanner.ts'

const lineBreak = 0x0a

/** What pg_dump writes behind the last row of a table: a line that ends the data, and two empty ones. */
const endOfRows = Buffer.from('\\.\n\n\n')
const endOfRowsBreaks = 3

const nothing = { bytes: new Uint8Array(), start: 0, end: 0 }

/** Counts the rows of one table after the other. */
export interface RowCounter {
  /** The next bytes of its rows, from `start` to `end`. */
  add(bytes: Uint8Array, start: number, end: number): void
  /** Lets go of the bytes that were given: they may be written over. */
  keep(): void
  /** The rows since the last call; nothing where they did not end as those of pg_dump do. */
  take(): number | undefined
}

/** In the text format of COPY a line break is always the end of a row; those of values are escaped. */
export function createRowCounter(): RowCounter {
  let breaks = 0
  /** The last bytes: before those of the last call, and these. */
  let tail: Buffer = Buffer.alloc(0)
  let last: { bytes: Uint8Array; start: number; end: number } = nothing
  const keep = () => {
    const { bytes, start, end } = last
    const from = Math.max(start, end - endOfRows.length)
    tail = Buffer.concat([tail, bytes.subarray(from, end)]).subarray(-endOfRows.length)
    last = nothing
  }
  return {
    add(bytes, start, end) {
      for (let at = start; at < end; breaks++) {
        at = bytes.indexOf(lineBreak, at) + 1
        if (at === 0 || at > end) break
      }
      if (end - start < endOfRows.length) keep()
      last = { bytes, start, end }
    },
    keep,
    take() {
      keep()
      const rows = tail.equals(endOfRows) ? breaks - endOfRowsBreaks : undefined
      breaks = 0
      tail = Buffer.alloc(0)
      return rows
    },
  }
}

/**
 * Counts by `schema.table`, as the server knows it; nothing where a count or a name cannot be told.
 *
 * @param counts with the `COPY … FROM stdin;` of each table
 * @param encoding `SET client_encoding = …;`
 */
export function nameCounts(
  counts: Iterable<{
    readonly statement: Uint8Array | undefined
    readonly rows: number | undefined
  }>,
  encoding: Uint8Array,
): Readonly<Record<string, number>> | undefined {
  const tables = new Map<string, number>()
  for (const { statement, rows } of counts) {
    if (statement === undefined || rows === undefined) return undefined
    const scanner = createDumpScanner()
    scanner.push(Buffer.concat([encoding, statement, endOfRows]))
    const [name, ...others] = Object.keys(scanner.end().tables ?? {})
    if (name === undefined || others.length > 0 || tables.has(name)) return undefined
    tables.set(name, rows)
  }
  return Object.fromEntries(tables)
}
