import type { Backup } from '../domain/backup.ts'
import { Failure } from '../domain/failure.ts'
import { formatCount } from '../domain/format-count.ts'
import { findBackup } from '../domain/manifest-changes.ts'
import { type MarkCommand, type Marked, markBackups } from '../domain/mark-backup.ts'
import { resolveBackup } from '../domain/resolve-backup.ts'
import { type MarkResult, resultVersion } from '../domain/result.ts'
import type { Catalog, Clock } from './ports.ts'
import { writeAudit } from './write-audit.ts'

export interface MarkRequest {
  readonly command: MarkCommand
  /** An id or `latest`. */
  readonly wanted: string
  readonly actor: string
  readonly runUrl?: string
}

/**
 * Writes what a person says of a backup into its entry: pinned, not pinned any more, accepted.
 *
 * @throws {Failure} where no COMPLETED backup is meant, and where the manifest cannot be written:
 *   a mark that is not there protects nothing
 */
export async function mark(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  { command, wanted, actor, runUrl }: MarkRequest,
  signal?: AbortSignal,
): Promise<MarkResult> {
  const { backups } = await catalog.read(signal)
  const { id } = requireCompleted(backups, wanted)
  const at = clock.now().toISOString()
  let changedIds: readonly string[] = []
  const outcome = await catalog.change<{ readonly backup: Backup; readonly marked: Marked }>(
    {
      decide: (manifest) => {
        // The one that was meant when the command began, whatever is "latest" by now.
        const backup = requireCompleted(manifest.backups, id)
        const marked = markBackups(manifest.backups, command, backup, { at, by: actor })
        changedIds = marked.changedIds
        const value = { backup: marked.backups.find((entry) => entry.id === id) ?? backup, marked }
        return changedIds.length === 0
          ? { value }
          : { manifest: { ...manifest, backups: [...marked.backups] }, value }
      },
      isApplied: (manifest) =>
        changedIds.every((changed) => isMarked(findBackup(manifest, changed), command, at)),
    },
    signal,
  )
  if (outcome.index === 'stale' || outcome.index === 'unsupported') {
    throw unwritable(command, id, outcome.index)
  }
  const { backup, marked } = outcome.value
  if (marked.changedIds.length === 0) {
    return end(command, backup, marked, 'nothing_to_do', [])
  }
  const warnings = await writeAudit(
    { catalog, clock },
    {
      action: command,
      outcome: 'completed',
      actor,
      backupIds: [...marked.changedIds],
      database: backup.database,
      ...(runUrl !== undefined && { runUrl }),
    },
  )
  return end(command, backup, marked, 'completed', warnings)
}

function requireCompleted(backups: readonly Backup[], wanted: string): Backup {
  const resolution = resolveBackup(backups, wanted)
  if (resolution.kind === 'found') return resolution.backup
  const { code, text, hint } = resolution
  throw new Failure({ code, stage: 'plan', message: text, ...(hint !== undefined && { hint }) })
}

function isMarked(backup: Backup | undefined, command: MarkCommand, at: string): boolean {
  if (backup === undefined) return false
  if (command === 'unpin') return backup.pinned === undefined
  return (command === 'pin' ? backup.pinned : backup.accepted)?.at === at
}

function unwritable(command: MarkCommand, id: string, index: 'stale' | 'unsupported'): Failure {
  return new Failure({
    code: 'manifest_unwritable',
    stage: 'manifest',
    message: `Cannot ${command} backup "${id}": the manifest was not written, expected a successful swap`,
    hint:
      index === 'stale'
        ? 'Nothing is marked for certain. Run the command again.'
        : 'This bucket keeps no conditional writes, so there is no manifest to mark. MANUAL backups are kept without a mark.',
  })
}

function end(
  command: MarkCommand,
  backup: Backup,
  { changedIds }: Marked,
  reasonCode: MarkResult['reasonCode'],
  warnings: readonly string[],
): MarkResult {
  return {
    version: resultVersion,
    command,
    ok: true,
    reasonCode,
    message: describe(command, backup, changedIds),
    backup,
    changedIds,
    warnings,
  }
}

function describe(
  command: MarkCommand,
  { id, database }: Backup,
  changed: readonly string[],
): string {
  const isNews = changed.length > 0
  if (command === 'pin') {
    return isNews
      ? `Backup ${id} is pinned: rotation never removes it`
      : `Backup ${id} was pinned already`
  }
  if (command === 'unpin') {
    return isNews
      ? `Backup ${id} is not pinned any more: its age counts again`
      : `Backup ${id} was not pinned`
  }
  if (!isNews) return `Backup ${id} was accepted already`
  const others = changed.filter((other) => other !== id).length
  const more = others === 0 ? '' : `, and ${formatCount(others, 'flagged backup')} before it`
  return `Backup ${id} of "${database}" is accepted${more}: rotation goes on, and what comes next is measured by it`
}
