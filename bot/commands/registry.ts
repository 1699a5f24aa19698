import { backupStatuses, backupTypes } from '../../action/domain/backup.ts'
import { type ChatCommand, chatCommands } from '../../action/domain/request.ts'
import { latestWord } from '../../action/domain/resolve-backup.ts'
import type { ArgumentDefinition, CommandDefinition } from './command.ts'

const anyBackup: ArgumentDefinition = {
  usage: `id|${latestWord}`,
  input: 'backup-id',
  kind: 'backup-id',
  isRequired: true,
  choices: [latestWord],
  description: `id of a backup, as /backups shows it, or "${latestWord}" for the newest good one`,
}

const oneBackup: ArgumentDefinition = {
  usage: 'id',
  input: 'backup-id',
  kind: 'backup-id',
  isRequired: true,
  description: 'id of a backup, as /backups shows it',
}

/** Pages of `/backups` that can be asked for. */
export const pageMax = 10_000

const definitions: Readonly<Record<ChatCommand, Omit<CommandDefinition, 'name'>>> = {
  backup: {
    description: 'Backs the database up now; the backup is kept until it is deleted',
    arguments: [],
    role: 'write',
    effect: 'change',
    workflow: 'backup',
    isGated: false,
    command: 'backup',
    fixedInputs: { type: 'MANUAL' },
    examples: ['/backup'],
  },
  backups: {
    description: 'Lists the backups, newest first, with statistics',
    arguments: [
      {
        usage: '--type',
        input: 'filter-type',
        kind: 'choice',
        choices: backupTypes,
        placeholder: 'T',
        description: 'only backups of this type',
      },
      {
        usage: '--status',
        input: 'filter-status',
        kind: 'choice',
        choices: backupStatuses,
        placeholder: 'S',
        description: 'only backups with this status',
      },
      {
        usage: '--page',
        input: 'page',
        kind: 'number',
        placeholder: 'N',
        description: `page of the list, 1 to ${pageMax}`,
      },
    ],
    role: 'write',
    effect: 'read',
    workflow: 'backup',
    isGated: false,
    command: 'list',
    examples: ['/backups', '/backups --type DAILY --status COMPLETED', '/backups --page 2'],
  },
  restore: {
    description: 'Restores a backup, after its plan was approved',
    arguments: [
      anyBackup,
      {
        usage: '--mode',
        input: 'restore-mode',
        kind: 'choice',
        choices: ['swap', 'new-database', 'in-place'],
        placeholder: 'M',
        description: 'how to restore; without it the workflow decides',
      },
    ],
    role: 'admin',
    effect: 'change',
    workflow: 'restore',
    isGated: true,
    command: 'restore',
    examples: ['/restore latest', '/restore 20261122T030012Z-k7q2 --mode new-database'],
  },
  verify: {
    description: 'Reads a backup to its end and proves that its bytes are whole',
    arguments: [anyBackup],
    role: 'write',
    effect: 'change',
    workflow: 'backup',
    isGated: false,
    command: 'verify',
    examples: ['/verify latest', '/verify 20261122T030012Z-k7q2'],
  },
  pin: {
    description: 'Keeps a backup for ever: rotation never removes it',
    arguments: [anyBackup],
    role: 'write',
    effect: 'change',
    workflow: 'backup',
    isGated: false,
    command: 'pin',
    examples: ['/pin latest', '/pin 20261122T030012Z-k7q2'],
  },
  unpin: {
    description: 'Lets the age of a pinned backup count again',
    arguments: [oneBackup],
    role: 'admin',
    effect: 'change',
    workflow: 'backup',
    isGated: false,
    command: 'unpin',
    examples: ['/unpin 20261122T030012Z-k7q2'],
  },
  accept: {
    description: 'Says that a suspiciously small backup is right, so that rotation goes on',
    arguments: [anyBackup],
    role: 'admin',
    effect: 'change',
    workflow: 'backup',
    isGated: false,
    command: 'accept',
    examples: ['/accept latest', '/accept 20261122T030012Z-k7q2'],
  },
  cleanup: {
    description: 'Removes expired backups',
    arguments: [
      {
        usage: '--dry-run',
        input: 'dry-run',
        kind: 'flag',
        description: 'shows what would be removed, and removes nothing',
      },
    ],
    role: 'admin',
    effect: 'change',
    readingInput: 'dry-run',
    workflow: 'backup',
    isGated: false,
    command: 'cleanup',
    examples: ['/cleanup --dry-run', '/cleanup'],
  },
  delete: {
    description: 'Deletes one backup, after its plan was approved',
    arguments: [oneBackup],
    role: 'admin',
    effect: 'change',
    workflow: 'restore',
    isGated: true,
    command: 'delete',
    examples: ['/delete 20261122T030012Z-k7q2'],
  },
  status: {
    description: 'Shows what is waiting, running and done, and brings its cards up to date',
    arguments: [],
    role: 'write',
    effect: 'read',
    isGated: false,
    examples: ['/status'],
  },
  cancel: {
    description: 'Cancels a request that has not ended',
    arguments: [
      {
        usage: 'request',
        input: 'request',
        kind: 'request-id',
        description: 'id of the request, as its card shows it; without it the newest open one here',
      },
    ],
    role: 'admin',
    isForRequester: true,
    effect: 'change',
    isGated: false,
    examples: ['/cancel', '/cancel rq7-1902837465-0-4f1c09ab77de'],
  },
  policy: {
    description: 'Shows who may do what here, and what guards it',
    arguments: [],
    role: 'write',
    effect: 'read',
    isGated: false,
    examples: ['/policy'],
  },
  help: {
    description: 'Explains the commands, and which of them are for you',
    arguments: [
      { usage: 'command', input: 'topic', kind: 'command', description: 'the command to explain' },
    ],
    role: 'write',
    effect: 'read',
    isGated: false,
    examples: ['/help', '/help restore'],
  },
}

/** Every command, in the order in which help shows them. */
export const commandDefinitions: readonly CommandDefinition[] = chatCommands.map(describeCommand)

/** The definition of one command. */
export function describeCommand(name: ChatCommand): CommandDefinition {
  return { name, ...definitions[name] }
}

/** The command of this name, written exactly so. */
export function findCommand(name: string): CommandDefinition | undefined {
  return commandDefinitions.find((command) => command.name === name)
}

/** How a command is typed: "/restore <id|latest> [--mode M]". */
export function describeUsage({ name, arguments: all }: CommandDefinition): string {
  return [`/${name}`, ...all.map(describeArgument)].join(' ')
}

/** How an argument is typed: "<id|latest>" or "[--mode M]". */
export function describeArgument({ usage, placeholder, isRequired }: ArgumentDefinition): string {
  const form = placeholder === undefined ? usage : `${usage} ${placeholder}`
  return isRequired === true ? `<${form}>` : `[${form}]`
}
