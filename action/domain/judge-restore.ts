import type { RestoreCase } from './restore-case.ts'
import { findRefusals, type Refusal } from './restore-refusals.ts'
import { findRestoreWarnings } from './restore-warnings.ts'

/**
 * Every reason why a restore must not start, in the order in which they matter, and what the user
 * should know before it does.
 */
export function judgeRestore(restore: RestoreCase): {
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly string[]
} {
  return { refusals: findRefusals(restore), warnings: findRestoreWarnings(restore) }
}
