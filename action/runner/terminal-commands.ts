import type { InputKey } from '../domain/input-keys.ts'
import type { Command } from '../domain/inputs.ts'

/** A command as the terminal offers it. */
export interface TerminalCommand {
  readonly command: Command
  /** The script of package.json behind it. */
  readonly script: string
  /** One sentence. */
  readonly purpose: string
  /** Whether a word without dashes is the backup's id. */
  readonly takesId: boolean
  /** Options beside those of the bucket, in the order of the help. */
  readonly options: readonly InputKey[]
  /** Short names of options, in this command only. */
  readonly aliases: Readonly<Record<string, InputKey>>
  readonly examples: readonly { readonly words: string; readonly meaning: string }[]
}

/** Options of every command: where the backups are. Secrets come from the environment only. */
export const bucketOptions: readonly InputKey[] = ['bucket', 'prefix', 'region', 'endpoint']

const retentionOptions: readonly InputKey[] = [
  'retention-daily-days',
  'retention-weekly-days',
  'retention-monthly-days',
  'retention-failed-days',
  'keep-last',
]

const flagOptions: readonly InputKey[] = ['flag-size-percent', 'flag-rows-percent']

/** Whom to tell; addresses that are secrets come from the environment only. */
const notifyOptions: readonly InputKey[] = ['notify-email', 'notify-success']

/** How any dump is made, also that of a safety backup. */
const dumpOptions: readonly InputKey[] = [
  'format',
  'compression-level',
  'lock-timeout-seconds',
  'silence-timeout-minutes',
  'total-timeout-minutes',
  'install-client',
]

/** Every command of the terminal. */
export const terminalCommands: readonly TerminalCommand[] = [
  {
    command: 'backup',
    script: 'backup:database',
    purpose: 'Backs up the database of DATABASE_URL',
    takesId: false,
    options: [
      'type',
      'schemas',
      'exclude-schemas',
      'tables',
      'exclude-tables',
      'exclude-table-data',
      ...dumpOptions,
      'overlap',
      'rotate',
      ...retentionOptions,
      ...flagOptions,
      ...notifyOptions,
    ],
    aliases: {},
    examples: [
      { words: '', meaning: 'a MANUAL backup, then rotation' },
      { words: '--type=MONTHLY --rotate=false', meaning: 'a backup that is kept for a year' },
      { words: "--exclude-table-data='log.*'", meaning: 'without the rows of some tables' },
    ],
  },
  {
    command: 'list',
    script: 'backup:list',
    purpose: 'Lists backups, newest first, with statistics',
    takesId: false,
    options: ['filter-type', 'filter-status', 'page', 'per-page'],
    aliases: { type: 'filter-type', status: 'filter-status' },
    examples: [
      { words: '', meaning: 'the newest 20' },
      { words: '--type=DAILY --status=COMPLETED', meaning: 'only daily ones that succeeded' },
      { words: '--page=2 --json', meaning: 'the next 20, as JSON' },
    ],
  },
  {
    command: 'restore',
    script: 'backup:restore',
    purpose: 'Restores a backup into the database of RESTORE_DATABASE_URL, else DATABASE_URL',
    takesId: true,
    options: [
      'restore-mode',
      'restore-database',
      'confirm',
      'dry-run',
      'restore-delay-seconds',
      'safety-backup',
      'allow-different-database',
      'filter-type',
      'schemas',
      'tables',
      'jobs',
      'no-owner',
      'no-privileges',
      'undo',
      ...dumpOptions,
      'notify-email',
    ],
    aliases: {
      mode: 'restore-mode',
      database: 'restore-database',
      type: 'filter-type',
      delay: 'restore-delay-seconds',
    },
    examples: [
      { words: 'latest --dry-run', meaning: 'what would happen, without doing it' },
      { words: 'latest', meaning: 'swaps the newest backup in; asks for the name of the target' },
      {
        words: '20261122T030012Z-k7q2 --mode=new-database --database=shop_check',
        meaning: 'beside the target, nothing is replaced',
      },
      { words: '--undo=20261122T030012Z-k7q2', meaning: 'brings the replaced database back' },
    ],
  },
  {
    command: 'verify',
    script: 'backup:verify',
    purpose: 'Proves that a backup is whole, or that it restores',
    takesId: true,
    options: ['level', 'verify-sql', 'filter-type', 'jobs', 'install-client', ...notifyOptions],
    aliases: { sql: 'verify-sql', type: 'filter-type' },
    examples: [
      { words: 'latest', meaning: 'size, checksum and structure of the stored bytes' },
      {
        words: 'latest --level=restore',
        meaning: 'also restores into a scratch database and compares rows',
      },
    ],
  },
  {
    command: 'cleanup',
    script: 'backup:cleanup',
    purpose: 'Removes expired backups',
    takesId: false,
    options: ['dry-run', ...retentionOptions, ...flagOptions],
    aliases: {},
    examples: [
      { words: '--dry-run', meaning: 'what would be removed, and why the rest stays' },
      { words: '--yes', meaning: 'without asking' },
    ],
  },
  {
    command: 'delete',
    script: 'backup:delete',
    purpose: 'Deletes one backup',
    takesId: true,
    options: ['dry-run', 'force'],
    aliases: {},
    examples: [
      { words: '20261122T030012Z-k7q2', meaning: 'asks first' },
      { words: '20261122T030012Z-k7q2 --force', meaning: 'even the newest COMPLETED one' },
    ],
  },
  {
    command: 'check',
    script: 'backup:check',
    purpose: 'Fails where the newest backup, or the newest verified one, is too old',
    takesId: false,
    options: ['max-age-hours', 'max-verified-age-days', ...notifyOptions],
    aliases: {},
    examples: [
      { words: '', meaning: 'whether there is a backup of the last 26 hours' },
      { words: '--max-verified-age-days=8', meaning: 'and a verified one of the last 8 days' },
    ],
  },
  {
    command: 'pin',
    script: 'backup:pin',
    purpose: 'Keeps a backup for ever: rotation never removes it, delete refuses to',
    takesId: true,
    options: [],
    aliases: {},
    examples: [{ words: '20261122T030012Z-k7q2', meaning: 'keeps this one' }],
  },
  {
    command: 'unpin',
    script: 'backup:unpin',
    purpose: 'Lets the age of a pinned backup count again',
    takesId: true,
    options: [],
    aliases: {},
    examples: [{ words: '20261122T030012Z-k7q2', meaning: 'lets this one go when it is old' }],
  },
  {
    command: 'accept',
    script: 'backup:accept',
    purpose: 'Says that a flagged backup is right, so that rotation goes on',
    takesId: true,
    options: [],
    aliases: {},
    examples: [{ words: 'latest', meaning: 'the newest one, and the flagged ones before it' }],
  },
  {
    command: 'repair',
    script: 'backup:repair',
    purpose: 'Makes manifest and records agree and reports what belongs to no backup',
    takesId: false,
    options: ['dry-run', 'orphans'],
    aliases: {},
    examples: [
      { words: '--dry-run', meaning: 'what is wrong' },
      { words: '--orphans=delete', meaning: 'also deletes old bytes and uploads without a backup' },
    ],
  },
  {
    command: 'doctor',
    script: 'test:backup',
    purpose: 'Says what would go wrong tomorrow night, and what to do about it',
    takesId: false,
    options: ['full', 'install-client', ...retentionOptions],
    aliases: {},
    examples: [
      { words: '', meaning: 'every check that changes nothing' },
      { words: '--full', meaning: 'also a backup, its restore and a comparison' },
    ],
  },
]

/** The terminal's side of a command, undefined where it has none. */
export function findTerminalCommand(name: string): TerminalCommand | undefined {
  return terminalCommands.find(({ command }) => command === name)
}
