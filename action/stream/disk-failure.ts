import { Failure, type Stage } from '../domain/failure.ts'

/** Turns what the file system answered into a Failure; other errors pass. */
export function diskFailure(error: unknown, stage: Stage): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ENOSPC' && code !== 'EDQUOT') {
    return error
  }
  return new Failure({
    code: 'disk_full',
    stage,
    message:
      'Cannot write the temporary file: the disk is full, expected room for the whole backup',
    hint: 'Free disk space, or point the temporary directory (RUNNER_TEMP, TMPDIR) to a larger disk.',
    cause: error,
  })
}
