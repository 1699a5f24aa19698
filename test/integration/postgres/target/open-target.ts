import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadRequest, RestoreTarget } from '../../../../action/job/ports.ts'
import { openRestoreTarget } from '../../../../action/postgres/target/open-restore-target.ts'
import { systemClock } from '../../../../action/runner/system-clock.ts'
import { systemRandom } from '../../../../action/runner/system-random.ts'
import { createArchiveScanner } from '../../../../action/stream/archive-scanner.ts'
import { createDumpScanner } from '../../../../action/stream/dump-scanner.ts'

const CHUNK_BYTES = 100_000

/** A target under test, with what it said. */
export interface OpenTarget {
  readonly target: RestoreTarget
  readonly lines: string[]
  readonly warnings: string[]
  readonly folder: string
  close(): Promise<void>
}

/** A real target whose log is kept; `onLine` sees each line as it is said. */
export function openTarget(
  url: string,
  onLine?: (line: string) => void,
  searchPath?: string,
): OpenTarget {
  const lines: string[] = []
  const warnings: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-target-'))
  const target = openRestoreTarget({
    url,
    temporaryDirectory: folder,
    installClient: true,
    redact: (text) => text,
    log: {
      info: (line) => {
        lines.push(line)
        onLine?.(line)
      },
      warn: (line) => {
        warnings.push(line)
        onLine?.(line)
      },
      progress: () => onLine?.('progress'),
    },
    clock: systemClock,
    random: systemRandom,
    // Every table, so that what tests restore goes the way that large ones go.
    largeTableBytes: 0,
    ...(searchPath !== undefined && { searchPath }),
  })
  return {
    target,
    lines,
    warnings,
    folder,
    close: async () => {
      await target.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A dump as text, or as a file of either format. */
type Dump =
  | { readonly format: 'plain'; readonly text: string }
  | { readonly format: 'plain' | 'custom'; readonly path: string }

/** A load of everything, to be narrowed, with what an inspection would have found. */
export function wholeLoad(database: string, dump: Dump, inPlace = false): LoadRequest {
  const bytes = 'text' in dump ? Buffer.from(dump.text) : readFileSync(dump.path)
  return {
    database,
    format: dump.format,
    open: async function* () {
      // The one who reads takes the chunks over.
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        yield Uint8Array.from(bytes.subarray(at, at + CHUNK_BYTES))
      }
    },
    ...(dump.format === 'plain' ? { copies: scanPlain(bytes) } : { blocks: scanArchive(bytes) }),
    inPlace,
    jobs: 2,
    schemas: [],
    tables: [],
    noOwner: false,
    noPrivileges: false,
  }
}

function scanPlain(bytes: Uint8Array) {
  const scanner = createDumpScanner()
  scanner.push(bytes)
  return scanner.end().copies
}

function scanArchive(bytes: Uint8Array) {
  const scanner = createArchiveScanner({ countRows: false })
  scanner.push(bytes)
  return scanner.end()?.blocks
}
