/** What is known of an input before its value is read. */
interface InputDefinition {
  /**
   * The value where none is given, as text. `action.yml` repeats it, except where `env` is read
   * first: a default there would keep the variable from ever being looked at.
   */
  readonly default: string
  /** The environment variable that is read where the input is empty. */
  readonly env?: string
  /** Never echoed, masked, and refused on a command line. */
  readonly secret?: true
}

/**
 * Every input, once. `action.yml`, the schema of {@link ./inputs.ts}, the masks and the options of
 * the terminal are all tied to this registry by types or by a contract test.
 */
export const inputDefinitions = {
  command: { default: 'backup' },

  'database-url': { default: '', env: 'DATABASE_URL', secret: true },

  bucket: { default: '', env: 'AWS_BACKUP_BUCKET' },
  prefix: { default: 'strongroom', env: 'BACKUP_PREFIX' },
  region: { default: 'auto', env: 'AWS_REGION' },
  endpoint: { default: '', env: 'AWS_S3_ENDPOINT' },
  'access-key-id': { default: '', env: 'AWS_ACCESS_KEY_ID' },
  'secret-access-key': { default: '', env: 'AWS_SECRET_ACCESS_KEY', secret: true },
  'session-token': { default: '', env: 'AWS_SESSION_TOKEN', secret: true },

  type: { default: 'auto' },
  format: { default: 'plain' },
  'compression-level': { default: '9' },
  schemas: { default: '' },
  'exclude-schemas': { default: '' },
  tables: { default: '' },
  'exclude-tables': { default: '' },
  'exclude-table-data': { default: '' },
  overlap: { default: 'refuse' },
  'lock-timeout-seconds': { default: '300' },
  'silence-timeout-minutes': { default: '10' },
  'total-timeout-minutes': { default: '330' },
  'install-client': { default: 'true' },

  rotate: { default: 'true' },
  'retention-daily-days': { default: '7' },
  'retention-weekly-days': { default: '28' },
  'retention-monthly-days': { default: '365' },
  'retention-failed-days': { default: '30' },
  'keep-last': { default: '1' },

  'flag-size-percent': { default: '20' },
  'flag-rows-percent': { default: '20' },

  'max-age-hours': { default: '26' },
  'max-verified-age-days': { default: '' },

  'backup-id': { default: '' },
  'dry-run': { default: 'false' },
  force: { default: 'false' },

  'target-database-url': { default: '', env: 'RESTORE_DATABASE_URL', secret: true },
  'restore-mode': { default: 'swap' },
  'restore-database': { default: '' },
  confirm: { default: '' },
  'restore-delay-seconds': { default: '10' },
  'safety-backup': { default: 'true' },
  'allow-different-database': { default: 'false' },
  'no-owner': { default: 'false' },
  'no-privileges': { default: 'false' },
  jobs: { default: '' },
  undo: { default: '' },

  environment: { default: '' },
  plan: { default: '' },
  'plan-max-age-minutes': { default: '1440' },

  level: { default: 'bytes' },
  'verify-sql': { default: '' },

  orphans: { default: 'report' },
  full: { default: 'false' },

  'filter-type': { default: '' },
  'filter-status': { default: '' },
  page: { default: '1' },
  'per-page': { default: '20' },

  'notify-email': { default: '', env: 'BACKUP_NOTIFICATION_EMAIL' },
  'smtp-server': { default: '', env: 'SMTP_SERVER' },
  'smtp-port': { default: '587', env: 'SMTP_PORT' },
  'smtp-username': { default: '', env: 'SMTP_USERNAME' },
  'smtp-password': { default: '', env: 'SMTP_PASSWORD', secret: true },
  'smtp-from': { default: '', env: 'SMTP_FROM' },
  'smtp-security': { default: 'auto' },
  'webhook-url': { default: '', env: 'BACKUP_WEBHOOK_URL', secret: true },
  'webhook-secret': { default: '', env: 'BACKUP_WEBHOOK_SECRET', secret: true },
  'slack-webhook-url': { default: '', env: 'BACKUP_SLACK_WEBHOOK_URL', secret: true },
  'discord-webhook-url': { default: '', env: 'BACKUP_DISCORD_WEBHOOK_URL', secret: true },
  'teams-webhook-url': { default: '', env: 'BACKUP_TEAMS_WEBHOOK_URL', secret: true },
  'ping-url': { default: '', env: 'BACKUP_PING_URL', secret: true },
  'notify-issue': { default: 'false' },
  'notify-success': { default: 'false' },

  'github-token': { default: '', secret: true },
  'issue-number': { default: '' },
  'comment-id': { default: '' },
  'request-id': { default: '' },
  'requested-by': { default: '' },
  'requested-by-id': { default: '' },
} as const satisfies Readonly<Record<string, InputDefinition>>

/** The name of an input, as `action.yml` and the options of the terminal write it. */
export type InputKey = keyof typeof inputDefinitions

/** Text as given, before anything is judged; empty where nothing was given. */
export type RawInputs = Readonly<Record<InputKey, string>>

/** {@link InputKey}s in the order of the registry. */
export const inputKeys = Object.keys(inputDefinitions) as readonly InputKey[]

/** The definition of one input, with the optional fields visible. */
export function describeInput(key: InputKey): InputDefinition {
  return inputDefinitions[key]
}

/** Whether `text` names an input. */
export function isInputKey(text: string): text is InputKey {
  return Object.hasOwn(inputDefinitions, text)
}
