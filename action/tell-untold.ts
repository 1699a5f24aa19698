import type { FailureResult } from './domain/result.ts'
import { resultVersion } from './domain/result.ts'
import { tailLog } from './log-tail.ts'
import type { RunContext } from './run-context.ts'
import type { PostState } from './runner/post-state.ts'
import { openTeller } from './teller.ts'

interface UntoldContext extends Pick<RunContext, 'inputs' | 'facts' | 'redact' | 'log'> {
  readonly docsUrl?: string | undefined
}

/**
 * Tells what `main` was not given the time for: that its command was cancelled, or that its process
 * was killed before it could say anything. What cannot be told is warned of.
 */
export async function tellUntold(
  context: UntoldContext,
  {
    command,
    reasonCode = 'cancelled',
    message = killed(command),
  }: NonNullable<PostState['untold']>,
): Promise<void> {
  const result: FailureResult = {
    version: resultVersion,
    command,
    ok: false,
    reasonCode,
    message,
    hint: 'Look at the run. Nothing of it can be resumed: start it again.',
    warnings: [],
  }
  const teller = openTeller(context, tailLog(context.log))
  for (const warning of (await teller?.end(result)) ?? []) context.log.warn(warning)
}

function killed(command: string): string {
  return `Cannot finish ${command}: its process ended before it could say how, expected to be left to its end`
}
