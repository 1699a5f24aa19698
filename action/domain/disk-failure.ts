import { Failure, type Stage } from './failure.ts'

/** No room on the disk, in the quota, or within the size that a file may have. */
const fullCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/**
 * What the file system answered as a Failure, where it has no room for what is written; any other error as it is.
 */
export function diskFailure(error: unknown, stage: Stage): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (!fullCodes.includes(code)) return error
  return new Failure({
    code: 'disk_full',
    stage,
    message: `Cannot write a temporary file: the disk is full (${String(code)}), expected room for all that the command writes`,
    hint: 'Free disk space, or point the temporary directory (RUNNER_TEMP, TMPDIR) to a larger disk.',
    cause: error,
  })
}
