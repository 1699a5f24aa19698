import { createAdapters } from './adapters.ts'
import { dispatch } from './dispatch.ts'
import { isFailure } from './domain/failure.ts'
import { requireInputs } from './domain/require-inputs.ts'
import { type FailureResult, type Result, resultVersion } from './domain/result.ts'
import type { RunContext } from './run-context.ts'
import { enforceGate } from './run-gate.ts'

/** An input that is accepted and does nothing must say so. */
const noMailYet = 'E-mail is not sent by this version: "notify-email" has no effect'

/**
 * Inputs to adapters to job to result. The one catch: a Failure becomes a failed result, and so does a defect,
 * whose stack only a debug log shows.
 */
export async function run(context: RunContext): Promise<Result | FailureResult> {
  const { inputs, log, redact } = context
  try {
    requireInputs(inputs)
    if (inputs.notifyEmail.length > 0) log.warn(noMailYet)
    const approved = await enforceGate(context)
    const adapters = createAdapters(context)
    try {
      return await dispatch({ ...context, ...(approved !== undefined && { approved }) }, adapters)
    } finally {
      await adapters.close()
    }
  } catch (error) {
    if (context.isDebug === true && error instanceof Error) log.info(redact(error.stack ?? ''))
    return describeFailure(inputs.command, error, redact, context.signal.aborted)
  }
}

/** Any error as a result. Its texts are redacted, since causes may quote what they were given. */
export function describeFailure(
  command: string,
  error: unknown,
  redact: (text: string) => string,
  isCancelled = false,
): FailureResult {
  const base = { version: resultVersion, command, ok: false, warnings: [] } as const
  if (isCancelled) {
    const message = `Cannot finish ${command}: the run was cancelled, expected to be left to its end`
    return { ...base, reasonCode: 'cancelled', stage: 'cancel', message }
  }
  if (isFailure(error)) {
    return {
      ...base,
      reasonCode: error.code,
      stage: error.stage,
      message: redact(error.message),
      ...(error.hint !== undefined && { hint: redact(error.hint) }),
    }
  }
  return {
    ...base,
    reasonCode: 'unexpected',
    message: `Cannot finish ${command}: ${redact(error instanceof Error ? error.message : String(error))}, expected no such error`,
    hint: 'This is a fault of Strongroom. Run again with debug logging and report it.',
  }
}
