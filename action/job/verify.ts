import type { Backup, Verification } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { isFailure } from '../domain/failure.ts'
import { findBackup, updateBackup } from '../domain/manifest-changes.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { ReasonCode } from '../domain/reason-code.ts'
import { resultVersion, type VerifyResult } from '../domain/result.ts'
import type { Catalog, Clock, Log, Random, RestoreTarget, Streams, Vault } from './ports.ts'
import { readStored } from './read-stored.ts'
import { requireSound } from './require-sound.ts'
import { type BackupWanted, resolveRecord } from './resolve-record.ts'
import { type DrillReport, runDrill } from './run-drill.ts'
import { writeAudit } from './write-audit.ts'

export interface VerifyDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly streams: Streams
  /** Where `restore` level restores to; absent for `bytes`. */
  readonly target?: RestoreTarget
  readonly redact: (text: string) => string
}

export interface VerifyRequest extends BackupWanted {
  readonly level: 'bytes' | 'restore'
  /** SQL that must return a single true in the restored database. */
  readonly sql?: string
  readonly actor: string
  readonly runUrl?: string
}

/** What proves that the backup itself is bad. Anything else means that it could not be judged. */
const provesFailure: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'backup_corrupt',
  'hostile_dump',
  'restore_incomplete',
  'verification_failed',
])

/**
 * Proves one backup, by its bytes or by a restore into a scratch database, and marks entry and audit trail with
 * the outcome. A verification that could not run is a failure of the command and says nothing of the backup.
 */
export async function verify(
  dependencies: VerifyDependencies,
  request: VerifyRequest,
  signal?: AbortSignal,
): Promise<VerifyResult> {
  const { backup, record } = await resolveRecord(dependencies.catalog, request, signal)
  try {
    const proof = await prove(dependencies, request, record, signal)
    const { warnings, marked } = await mark(dependencies, request, backup, 'verified')
    return {
      ...base(request, marked),
      ok: true,
      reasonCode: 'verified',
      outcome: 'verified',
      message: `Backup ${backup.id} is verified at level ${request.level}`,
      ...proof,
      warnings,
    }
  } catch (error) {
    if (!isFailure(error)) throw error
    const { stage, hint } = error
    const message = dependencies.redact(error.message)
    const told = { stage, message, ...(hint !== undefined && { hint }) }
    if (!provesFailure.has(error.code)) {
      const reasonCode = error.code === 'cancelled' ? error.code : 'verification_impossible'
      return {
        ...base(request, backup),
        ...told,
        message: `Cannot verify backup "${backup.id}", which says nothing of it: ${message}`,
        ok: false,
        reasonCode,
        outcome: 'could_not_verify',
        warnings: [],
      }
    }
    const { warnings, marked } = await mark(dependencies, request, backup, 'failed', message)
    return {
      ...base(request, marked),
      ...told,
      ok: false,
      reasonCode: 'verification_failed',
      outcome: 'failed',
      warnings,
    }
  }
}

async function prove(
  dependencies: VerifyDependencies,
  request: VerifyRequest,
  record: BackupRecord,
  signal?: AbortSignal,
): Promise<DrillReport> {
  const { streams, target } = dependencies
  if (request.level === 'restore' && target !== undefined) {
    return await runDrill({ ...dependencies, target }, record, request.sql, signal)
  }
  const stored = readStored(dependencies, record, signal)
  const inspection = await streams.inspect(stored, record.format, signal)
  requireSound(record, inspection)
  return summarise(inspection.tables)
}

/** Tables and rows of a count, where there is one. */
function summarise(tables: Readonly<Record<string, number>> | undefined): DrillReport {
  if (tables === undefined) return {}
  const counts = Object.values(tables)
  return { tables: counts.length, rows: counts.reduce((sum, rows) => sum + rows, 0) }
}

async function mark(
  { catalog, clock }: VerifyDependencies,
  request: VerifyRequest,
  backup: Backup,
  outcome: Verification['outcome'],
  reason?: string,
): Promise<{ readonly warnings: readonly string[]; readonly marked: Backup }> {
  const at = clock.now().toISOString()
  const verification: Verification = {
    level: request.level,
    outcome,
    at,
    ...(reason !== undefined && { reason }),
  }
  const stamp = (entry: Backup): Backup => ({
    ...entry,
    verification,
    ...(outcome === 'verified' && { verifiedAt: at }),
  })
  const lag = await stampEntry(catalog, backup.id, at, stamp)
  const audit = await writeAudit(
    { catalog, clock },
    {
      action: 'verify',
      outcome,
      actor: request.actor,
      backupIds: [backup.id],
      database: backup.database,
      ...(request.runUrl !== undefined && { runUrl: request.runUrl }),
      details: { verification },
    },
  )
  return { warnings: [...lag, ...audit], marked: stamp(backup) }
}

/** What was proven stays proven where the index cannot be written, so that ends in a warning. */
async function stampEntry(
  catalog: Catalog,
  id: string,
  at: string,
  stamp: (entry: Backup) => Backup,
): Promise<readonly string[]> {
  try {
    const { index } = await catalog.change({
      decide: (manifest) => ({ manifest: updateBackup(manifest, id, stamp), value: undefined }),
      isApplied: (manifest) => findBackup(manifest, id)?.verification?.at === at,
    })
    if (index === 'stale') return ['The manifest could not be marked: run verify again']
    return index === 'unsupported' ? ['There is no manifest to mark: only the audit tells'] : []
  } catch (error) {
    if (!isFailure(error)) throw error
    return [`The manifest could not be marked, run verify again: ${error.message}`]
  }
}

function base(request: VerifyRequest, backup: Backup) {
  return { version: resultVersion, command: 'verify', backup, level: request.level } as const
}
