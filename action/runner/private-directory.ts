import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskFailure } from '../domain/disk-failure.ts'
import { Failure, isFailure } from '../domain/failure.ts'

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
 * @throws Failure `disk_full`, or `invalid_input` where `parent` is no folder that can be written to
 */
export function createPrivateDirectory(parent: string = tmpdir()): PrivateDirectory {
  const path = makeDirectory(parent)
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

function makeDirectory(parent: string): string {
  try {
    const path = mkdtempSync(join(parent, 'strongroom-'))
    chmodSync(path, 0o700)
    return path
  } catch (error) {
    const failure = diskFailure(error, 'inputs')
    if (isFailure(failure)) throw failure
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new Failure({
      code: 'invalid_input',
      stage: 'inputs',
      message: `Cannot make a private directory: the folder for temporary files refuses it (${code}), expected one that can be written to`,
      hint: 'Let RUNNER_TEMP (at a terminal TMPDIR) name a folder that exists and that this user may write to.',
      cause: error,
    })
  }
}
