import { describeInput, type InputKey } from './input-keys.ts'
import { createInputFailure, type Inputs } from './inputs.ts'

/** One input that a command cannot do without. */
interface Need {
  readonly key: InputKey
  readonly isMet: boolean
  readonly why: string
}

/**
 * What the command of `inputs` still lacks, each as a sentence; empty where nothing does. The
 * doctor shows these as a check, the other commands refuse with {@link requireInputs}.
 */
export function listMissingInputs(inputs: Inputs): readonly string[] {
  return listNeeds(inputs)
    .filter((need) => !need.isMet)
    .map(({ key, why }) => {
      const variables = nameVariables(key)
      const wanted =
        variables === undefined
          ? `a value for ${why}`
          : `a value for ${why}, or ${variables} in the environment`
      return `Cannot read input "${key}": it is empty, expected ${wanted}`
    })
}

/** The target of a restore is the database of the backups where no other is named. */
function nameVariables(key: InputKey): string | undefined {
  const { env } = describeInput(key)
  if (key !== 'target-database-url') return env
  return `${env} or ${describeInput('database-url').env}`
}

/**
 * Refuses inputs that the command cannot start with.
 *
 * @throws Failure `invalid_input` where something is missing, all of it at once. The doctor is never
 *   refused: finding that out is its work.
 */
export function requireInputs(inputs: Inputs): void {
  if (inputs.command === 'doctor') return
  const problems = listMissingInputs(inputs)
  if (problems.length > 0) throw createInputFailure(problems)
}

function listNeeds(inputs: Inputs): readonly Need[] {
  const bucket: Need = {
    key: 'bucket',
    isMet: inputs.bucket !== undefined,
    why: 'the bucket that holds the backups',
  }
  const database: Need = {
    key: 'database-url',
    isMet: inputs.databaseUrl !== undefined,
    why: 'the database to back up',
  }
  const target: Need = {
    key: 'target-database-url',
    isMet: inputs.targetDatabaseUrl !== undefined,
    why: 'the database to restore into',
  }
  const backup: Need = {
    key: 'backup-id',
    isMet: inputs.backupId !== undefined,
    why: 'the backup, "latest" or an id that command "list" shows',
  }
  switch (inputs.command) {
    case 'backup':
    case 'doctor':
      return [database, bucket]
    case 'restore':
      if (inputs.undo !== undefined) return [bucket, target]
      return [bucket, backup, target]
    case 'verify':
      return inputs.level === 'restore' ? [bucket, backup, target] : [bucket, backup]
    case 'plan':
    case 'delete':
    case 'pin':
    case 'unpin':
    case 'accept':
      return [bucket, backup]
    case 'list':
    case 'cleanup':
    case 'repair':
    case 'check':
      return [bucket]
  }
}
