import type { AuditEntry } from './audit-entry.ts'
import type { Inputs } from './inputs.ts'

/**
 * What a command changes, as the audit log names it; nothing where it only reads, or only says what it would do.
 * Such a command is carried out once per request, and audited even where it is refused.
 */
export function changingAction({
  command,
  dryRun,
  undo,
}: Pick<Inputs, 'command' | 'dryRun' | 'undo'>): AuditEntry['action'] | undefined {
  switch (command) {
    case 'backup':
    case 'verify':
    case 'pin':
    case 'unpin':
    case 'accept':
      return command
    case 'delete':
    case 'cleanup':
    case 'repair':
      return dryRun ? undefined : command
    case 'restore':
      if (dryRun) return undefined
      return undo === undefined ? command : 'undo'
    case 'list':
    case 'check':
    case 'doctor':
    case 'plan':
      return undefined
  }
}
