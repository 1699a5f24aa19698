import { createAdapters } from './adapters.ts'
import { admitRequest } from './admit-request.ts'
import { dispatch } from './dispatch.ts'
import { isFailure } from './domain/failure.ts'
import { requireInputs } from './domain/require-inputs.ts'
import { type FailureResult, type Result, resultVersion } from './domain/result.ts'
import { auditRefusal, type Trail, withTrail } from './run-audit.ts'
import type { RunContext } from './run-context.ts'
import { enforceGate } from './run-gate.ts'

/** One command, from its inputs to a result; what was asked for through GitHub leaves an audit object in any case. */
export async function run(context: RunContext): Promise<Result | FailureResult> {
  const trail: Trail = { isWritten: false }
  const result = await carryOut(context, trail)
  if (trail.isWritten) return result
  const { approved } = trail
  return await auditRefusal({ ...context, ...(approved !== undefined && { approved }) }, result)
}

/**
 * Inputs to adapters to job to result. The one catch: a Failure becomes a failed result, and so does a defect,
 * whose stack only a debug log shows.
 */
async function carryOut(given: RunContext, trail: Trail): Promise<Result | FailureResult> {
  const { inputs, log, redact } = given
  try {
    requireInputs(inputs)
    const approved = await enforceGate(given)
    if (approved !== undefined) trail.approved = approved
    const context = { ...given, ...(approved !== undefined && { approved }) }
    const adapters = withTrail(createAdapters(context), context, trail)
    try {
      await admitRequest(context, adapters)
      context.card?.begin(approved)
      return await dispatch(context, adapters)
    } finally {
      await adapters.close()
    }
  } catch (error) {
    if (given.isDebug === true && error instanceof Error) log.info(redact(error.stack ?? ''))
    return describeFailure(inputs.command, error, redact, given.signal.aborted)
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
