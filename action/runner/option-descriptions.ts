import type { InputKey } from '../domain/input-keys.ts'

/** What the help says of an option: its value's form, empty for a switch, and what it does. */
export interface OptionDescription {
  readonly value: string
  readonly text: string
}

/** Every option of {@link ./terminal-commands.ts}; a test proves that none is missing. */
export const optionDescriptions: Readonly<Partial<Record<InputKey, OptionDescription>>> = {
  bucket: { value: '<name>', text: 'bucket that holds the backups' },
  prefix: { value: '<folder>', text: 'folder in the bucket, one per database' },
  region: { value: '<region>', text: 'region of the bucket' },
  endpoint: { value: '<address>', text: 'S3-compatible service; AWS where empty' },
  type: { value: '<type>', text: 'DAILY, WEEKLY, MONTHLY, MANUAL or auto' },
  format: { value: '<format>', text: 'plain SQL, or a custom archive' },
  'compression-level': { value: '<1-9>', text: 'from fast to small' },
  schemas: { value: '<patterns>', text: 'only these schemas, separated by commas' },
  'exclude-schemas': { value: '<patterns>', text: 'all schemas but these' },
  tables: { value: '<patterns>', text: 'only these tables, separated by commas' },
  'exclude-tables': { value: '<patterns>', text: 'all tables but these' },
  'exclude-table-data': { value: '<patterns>', text: 'tables without their rows' },
  overlap: { value: '<word>', text: 'refuse or allow a second backup at the same time' },
  'lock-timeout-seconds': { value: '<n>', text: 'longest wait for the lock on a table' },
  'silence-timeout-minutes': { value: '<n>', text: 'longest time without a byte of the dump' },
  'total-timeout-minutes': { value: '<n>', text: 'longest dump' },
  'install-client': { value: '', text: 'install missing PostgreSQL programs where possible' },
  rotate: { value: '', text: 'remove expired backups afterwards' },
  'retention-daily-days': { value: '<n>', text: 'days that a DAILY backup is kept' },
  'retention-weekly-days': { value: '<n>', text: 'days that a WEEKLY backup is kept' },
  'retention-monthly-days': { value: '<n>', text: 'days that a MONTHLY backup is kept' },
  'retention-failed-days': { value: '<n>', text: 'days that a FAILED entry is kept' },
  'keep-last': { value: '<n>', text: 'newest COMPLETED backups that no age removes' },
  'flag-size-percent': { value: '<n>', text: 'flag a backup below this share of the usual size' },
  'flag-rows-percent': { value: '<n>', text: 'flag a backup below this share of the usual rows' },
  'max-age-hours': { value: '<n>', text: 'age at which the newest backup is stale' },
  'max-verified-age-days': { value: '<n>', text: 'age at which the newest verified one is' },
  'dry-run': { value: '', text: 'print the plan, change nothing' },
  force: { value: '', text: 'delete even the newest COMPLETED backup' },
  'restore-mode': { value: '<mode>', text: 'swap, new-database or in-place' },
  'restore-database': { value: '<name>', text: 'name of the database that new-database makes' },
  confirm: { value: '<name>', text: 'name of the target, instead of typing it' },
  'restore-delay-seconds': { value: '<n>', text: 'pause before anything is replaced' },
  'safety-backup': { value: '', text: 'back the target up first' },
  'allow-different-database': { value: '', text: 'target may have another name than the backup' },
  'no-owner': { value: '', text: 'leave everything to the restoring role' },
  'no-privileges': { value: '', text: 'leave out grants' },
  jobs: { value: '<n>', text: 'parallel jobs for a custom archive' },
  undo: { value: '<id>', text: 'bring back what the swap of this backup replaced' },
  level: { value: '<level>', text: 'bytes or restore' },
  'verify-sql': { value: '<query>', text: 'must return true in the restored database' },
  orphans: { value: '<word>', text: 'report or delete what belongs to no backup' },
  full: { value: '', text: 'also back up, restore and compare' },
  'filter-type': { value: '<type>', text: 'only DAILY, WEEKLY, MONTHLY or MANUAL' },
  'filter-status': { value: '<status>', text: 'only COMPLETED, FAILED, IN_PROGRESS, ...' },
  page: { value: '<n>', text: 'page to show' },
  'per-page': { value: '<n>', text: 'backups on a page' },
}
