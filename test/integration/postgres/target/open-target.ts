import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadRequest, RestoreTarget } from '../../../../action/job/ports.ts'
import { openRestoreTarget } from '../../../../action/postgres/target/open-restore-target.ts'
import { systemClock } from '../../../../action/runner/system-clock.ts'
import { systemRandom } from '../../../../action/runner/system-random.ts'

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

/** A load of everything, to be narrowed. */
export function wholeLoad(
  database: string,
  dump: Pick<LoadRequest, 'format' | 'source' | 'archivePath'>,
  inPlace = false,
): LoadRequest {
  return {
    database,
    inPlace,
    jobs: 2,
    schemas: [],
    tables: [],
    noOwner: false,
    noPrivileges: false,
    ...dump,
  }
}
