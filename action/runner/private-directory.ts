import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that only this process uses. */
export interface PrivateDirectory {
  readonly path: string
  /** Idempotent. */
  remove(): void
}

/**
 * Makes a directory (0700) for password files and downloads. It goes when the process ends, also where that is by
 * `process.exit` in the middle of a clean-up: hence the synchronous calls.
 *
 * @param parent `RUNNER_TEMP`, which the runner empties after the job; the system's own otherwise
 */
export function createPrivateDirectory(parent: string = tmpdir()): PrivateDirectory {
  const path = mkdtempSync(join(parent, 'strongroom-'))
  chmodSync(path, 0o700)
  const remove = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    path,
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
}
