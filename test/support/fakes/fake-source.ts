import type { ServerFacts, SourceDatabase } from '../../../action/job/ports.ts'
import { type Rows, writeDump } from './fake-dump.ts'

/** What a test sees of the database that is backed up, and does to it. */
export interface SourceState {
  rows: Rows
  dumps: number
  /** Told before each chunk of a dump; what it throws ends the dump. */
  onChunk: (text: string) => void
  obstacles: readonly string[]
}

export const serverFacts: ServerFacts = {
  version: '15.18',
  major: 15,
  database: 'shop',
  sizeBytes: 8_000_000,
  encoding: 'UTF8',
  collate: 'C',
  ctype: 'C',
  extensions: [{ name: 'plpgsql', version: '1.0' }],
  largeObjects: false,
}

/** The contract of `SourceDatabase` in memory. */
export function createFakeSource(rows: Rows): {
  readonly source: SourceDatabase
  readonly state: SourceState
} {
  const state: SourceState = { rows, dumps: 0, onChunk: () => {}, obstacles: [] }
  const source: SourceDatabase = {
    name: 'shop',
    describe: async () => serverFacts,
    prepareClient: async () => ({ version: '15.20', notes: ['a note'] }),
    dump: () => {
      state.dumps += 1
      async function* chunks() {
        for (const line of writeDump(state.rows).split(/(?<=\n)/)) {
          state.onChunk(line)
          yield Buffer.from(line)
        }
      }
      return { chunks: chunks(), warnings: () => ['a warning of pg_dump'] }
    },
    findObstacles: async () => state.obstacles,
    close: async () => {},
  }
  return { source, state }
}
