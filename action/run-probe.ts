import type { Backup } from './domain/backup.ts'
import { isFailure } from './domain/failure.ts'
import { connectGitHub } from './github/connect-github.ts'
import { isRunAlive } from './github/is-run-alive.ts'
import type { RunState } from './job/admit-backup.ts'
import type { RunContext } from './run-context.ts'
import { systemClock } from './runner/system-clock.ts'

/** Asks GitHub whether the run of an unfinished backup goes on. Without a token nothing is known. */
export function createRunProbe({
  inputs,
  facts,
  signal,
}: RunContext): (backup: Backup) => Promise<RunState> {
  const { githubToken } = inputs
  const { apiUrl, repository } = facts
  if (githubToken === undefined || apiUrl === undefined || repository === undefined) {
    return async () => 'unknown'
  }
  const { sleep } = systemClock
  return async ({ run }) => {
    if (run === undefined) return 'unknown'
    try {
      const github = connectGitHub({ token: githubToken, apiUrl, repository, sleep, signal })
      return await isRunAlive(github, run)
    } catch (error) {
      // An address that no token may be sent to must not end a backup that does not need it.
      if (isFailure(error)) return 'unknown'
      throw error
    }
  }
}
