import type { ArchiveCall } from './load-archive.ts'

/**
 * Entries that pg_restore leaves to the end, whatever their place in the list: rights, then what rights may be needed for or
 * would react to all that comes before. `RestorePass` of pg_backup_archiver.h.
 */
const LAST =
  /^\d+; \d+ \d+ (?:ACL|DEFAULT ACL|EVENT TRIGGER|MATERIALIZED VIEW DATA|(?:COMMENT|SECURITY LABEL) - EVENT TRIGGER) /
const TABLE_DATA = /^(\d+); \d+ \d+ TABLE DATA /

/** A call that restores some of the data. */
export interface DataCall extends ArchiveCall {
  /** Whether it restores the data of an entry, by number. */
  readonly needs: (entry: number) => boolean
}

/** The calls that restore an archive with several connections although it can only be read from front to end. */
export interface ArchiveStages {
  /** What rows go into; from the head alone, as are the next two but `data`. */
  readonly before: ArchiveCall
  /** At the same time; together all that is data, each table in one of them. */
  readonly data: readonly DataCall[]
  /** Indexes and constraints; may be several connections by itself. */
  readonly after: ArchiveCall
  /** Absent where there is nothing of the kind. */
  readonly last?: ArchiveCall
}

/**
 * Divides a call by section, and its tables among several data calls, without a change to what pg_restore does in which order
 * where order matters.
 *
 * @param args of the call, without a list
 * @param list that the call restores, in the order of the archive
 * @param split.readers how many data calls, at most
 * @param split.apart tables that somebody else loads
 * @param split.costOf what the data of an entry cost; where that is unknown, tables are shared out evenly
 */
export function planStages(
  args: readonly string[],
  list: string,
  split: {
    readonly jobs: number
    readonly readers: number
    readonly apart: ReadonlySet<number>
    readonly costOf: (entry: number) => number | undefined
  },
  writeList: (list: string) => string,
): ArchiveStages {
  const lines = list.split('\n')
  const late = lines.filter((line) => LAST.test(line))
  const isApart = (line: string) => split.apart.has(Number(TABLE_DATA.exec(line)?.[1]))
  const here = lines.filter((line) => !isApart(line))
  const shares = shareEntries(here, split.readers, split.costOf)
  const listOf = (kept: readonly string[]) => `--use-list=${writeList(`${kept.join('\n')}\n`)}`
  // Rights come last: an owner may have taken some from himself.
  const early = [...args, '--no-privileges']
  const main = listOf(lines.filter((line) => !LAST.test(line)))
  const dataCall = (own: ReadonlySet<string>, place: number) => {
    const others = new Set(shares.filter((share) => share !== own).flatMap((share) => [...share]))
    // The first has what is not a table besides: large objects, sequences.
    const isKept = (line: string) =>
      place === 0 ? !others.has(line) && !LAST.test(line) : own.has(line)
    const kept = here.filter(isKept)
    const entries = new Set(kept.map((line) => Number.parseInt(line, 10)))
    return {
      args: [...early, listOf(kept), '--section=data'],
      needs: (entry: number) => entries.has(entry),
    }
  }
  return {
    before: { args: [...early, main, '--section=pre-data'] },
    data: shares.map(dataCall),
    after: { args: [...early, main, '--section=post-data', `--jobs=${split.jobs}`] },
    ...(late.length > 0 && { last: { args: [...args, listOf(late)] } }),
  }
}

/** Numbers of the entries of a list that are rows of a table. */
export function listedTableData(list: string): ReadonlySet<number> {
  const numbers = list.split('\n').map((line) => Number(TABLE_DATA.exec(line)?.[1]))
  return new Set(numbers.filter((number) => !Number.isNaN(number)))
}

/** Lines of tables, dealt out largest first to whom has least. */
function shareEntries(
  lines: readonly string[],
  connections: number,
  costOf: (entry: number) => number | undefined,
): readonly ReadonlySet<string>[] {
  const tables = lines.flatMap((line) => {
    const entry = TABLE_DATA.exec(line)?.[1]
    return entry === undefined ? [] : [{ line, cost: costOf(Number(entry)) ?? 1 }]
  })
  const shares = Array.from({ length: Math.max(1, Math.min(connections, tables.length)) }, () => ({
    cost: 0,
    lines: new Set<string>(),
  }))
  for (const { line, cost } of tables.toSorted((a, b) => b.cost - a.cost)) {
    const least = shares.reduce((best, share) => (share.cost < best.cost ? share : best))
    least.cost += cost
    least.lines.add(line)
  }
  return shares.map((share) => share.lines)
}
