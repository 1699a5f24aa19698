import { type Adapters, createAdapters } from './adapters.ts'
import { describeRequester } from './describe-run.ts'
import { changingAction } from './domain/changing-action.ts'
import { isFailure } from './domain/failure.ts'
import type { FailureResult, Result } from './domain/result.ts'
import { writeAudit } from './job/write-audit.ts'
import type { Approved, RunContext } from './run-context.ts'

/** After a cancellation the process has seconds for everything. */
const cancelledTimeoutMs = 2_500

/** What every audit object of this run says beside what was done. */
export function describeAudit({ inputs, facts, approved }: RunContext) {
  const { triggeringActor: starter = facts.actor } = facts
  // Whom a person names who starts a run by hand is not who asked.
  const mayName = starter === undefined || starter.endsWith('[bot]')
  const requestedById = approved?.requester.id ?? (mayName ? inputs.requestedById : undefined)
  return {
    ...describeRequester(inputs, facts),
    ...(inputs.requestId !== undefined && { requestId: inputs.requestId }),
    ...(requestedById !== undefined && { requestedById }),
    ...(approved !== undefined && {
      approvers: approved.approvers.map(({ id, login }) => ({ id, login })),
      isUnprotected: approved.isUnprotected,
    }),
  }
}

/** What is known of the run's audit: an object of the command itself was written, and what the gate found out. */
export interface Trail {
  isWritten: boolean
  approved?: Approved
}

/** The adapters, with who asked and who approved in each audit object. */
export function withTrail(adapters: Adapters, context: RunContext, trail: Trail): Adapters {
  return {
    ...adapters,
    bucket: () => {
      const bucket = adapters.bucket()
      const { catalog } = bucket
      return {
        ...bucket,
        catalog: {
          ...catalog,
          writeAudit: async (entry, signal) => {
            const key = await catalog.writeAudit({ ...entry, ...describeAudit(context) }, signal)
            trail.isWritten = true
            return key
          },
        },
      }
    },
  }
}

/**
 * Writes the audit object of a changing command that was asked for through GitHub and was refused or failed before it
 * wrote one. A refused gate has used no secret; the bucket's are used now, for this object alone, so that a refusal
 * stands where nobody with write access to the repository can remove it. A failure to write it is a warning.
 */
export async function auditRefusal<T extends Result | FailureResult>(
  context: RunContext,
  result: T,
): Promise<T> {
  const { inputs, signal } = context
  const { environment, requestId, bucket, backupId } = inputs
  const action = changingAction(inputs)
  const isAsked = requestId !== undefined || environment !== undefined
  if (result.ok || !isAsked || action === undefined || bucket === undefined) return result
  const adapters = createAdapters(context)
  try {
    const { catalog } = adapters.bucket()
    const warnings = await writeAudit(
      { catalog, clock: adapters.clock },
      {
        ...describeAudit(context),
        action,
        outcome: result.reasonCode,
        backupIds: backupId === undefined || backupId === 'latest' ? [] : [backupId],
        details: { stage: result.stage, message: result.message },
      },
      signal.aborted ? cancelledTimeoutMs : undefined,
    )
    return { ...result, warnings: [...result.warnings, ...warnings] }
  } catch (error) {
    if (!isFailure(error)) throw error
    const warning = `The audit object could not be written: ${error.message}`
    return { ...result, warnings: [...result.warnings, warning] }
  } finally {
    await adapters.close()
  }
}
