import type { AuditEntry } from '../domain/audit-entry.ts'
import { isFailure } from '../domain/failure.ts'
import type { Catalog, Clock } from './ports.ts'

/** What a job says of itself; version and instant are added here. */
export interface AuditFacts {
  readonly action: AuditEntry['action']
  readonly outcome: string
  readonly actor: string
  readonly backupIds: string[]
  readonly database?: string
  readonly target?: string
  readonly runUrl?: string
  readonly details?: Record<string, unknown>
  readonly requestId?: string
  readonly requestedById?: number
  readonly approvers?: { id: number; login: string }[]
  readonly isUnprotected?: boolean
}

/** A cancelled or failing run must not hang on its audit object. */
const auditTimeoutMs = 10_000

/**
 * Writes the audit object of what was just done. What was done stays done where that fails, so it ends in a
 * warning for the result and never in a failure.
 *
 * @returns the warnings
 */
export async function writeAudit(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  facts: AuditFacts,
  timeoutMs: number = auditTimeoutMs,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    await catalog.writeAudit({ ...facts, version: 1, at: clock.now().toISOString() }, signal)
    return []
  } catch (error) {
    if (isFailure(error)) return [`The audit object could not be written: ${error.message}`]
    if (signal.aborted) return ['The audit object could not be written in time']
    throw error
  }
}
