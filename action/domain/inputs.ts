import { z } from 'zod'
import { backupStatuses, backupTypes } from './backup.ts'
import { backupIdPattern } from './backup-id.ts'
import { Failure } from './failure.ts'
import { describeInput, type InputKey, inputKeys, type RawInputs } from './input-keys.ts'
import {
  emailAddresses,
  flag,
  list,
  objectPrefix,
  oneOf,
  optionalBackupId,
  optionalEndpoint,
  optionalHook,
  optionalOneOf,
  optionalPattern,
  optionalText,
  optionalWholeNumber,
  wholeNumber,
} from './input-values.ts'

/** Every command of the contract. */
export const commands = [
  'backup',
  'restore',
  'list',
  'cleanup',
  'delete',
  'verify',
  'doctor',
  'repair',
  'check',
  'plan',
  'pin',
  'unpin',
  'accept',
] as const

export type Command = (typeof commands)[number]

const idMax = Number.MAX_SAFE_INTEGER
const retentionDays = () => wholeNumber(1, 36_500)
const oneLine = (lengthMax: number, wanted: string) =>
  optionalPattern(new RegExp(`^[^\\p{Cc}]{1,${lengthMax}}$`, 'u'), wanted)

/** One schema for every input. A key of the registry that is missing here is a type error. */
const fields = {
  command: oneOf(commands),

  'database-url': optionalText(),

  bucket: optionalPattern(
    /^(?!s3:)[^\s\p{Cc}\\]{3,2048}$/iu,
    'the name of a bucket, without "s3://"',
  ),
  prefix: objectPrefix(),
  region: oneLine(64, 'a region such as "eu-central-1", or "auto"'),
  endpoint: optionalEndpoint(),
  'access-key-id': optionalPattern(/^[^\s\p{Cc}]{1,512}$/u, 'one word'),
  'secret-access-key': optionalPattern(/^[^\s\p{Cc}]{1,1024}$/u, 'one word'),
  'session-token': optionalPattern(/^[^\s\p{Cc}]{1,16384}$/u, 'one word'),

  type: oneOf(['auto', ...backupTypes]),
  format: oneOf(['plain', 'custom']),
  'compression-level': wholeNumber(1, 9),
  schemas: list(),
  'exclude-schemas': list(),
  tables: list(),
  'exclude-tables': list(),
  'exclude-table-data': list(),
  overlap: oneOf(['refuse', 'allow']),
  'lock-timeout-seconds': wholeNumber(1, 86_400),
  'silence-timeout-minutes': wholeNumber(1, 1440),
  'total-timeout-minutes': wholeNumber(1, 10_080),
  'install-client': flag(),

  rotate: flag(),
  'retention-daily-days': retentionDays(),
  'retention-weekly-days': retentionDays(),
  'retention-monthly-days': retentionDays(),
  'retention-failed-days': retentionDays(),
  'keep-last': wholeNumber(1, 10_000),

  'flag-size-percent': wholeNumber(0, 100),
  'flag-rows-percent': wholeNumber(0, 100),

  'max-age-hours': wholeNumber(1, 876_000),
  'max-verified-age-days': optionalWholeNumber(1, 36_500),

  'backup-id': optionalBackupId(),
  'dry-run': flag(),
  force: flag(),

  'target-database-url': optionalText(),
  'restore-mode': oneOf(['swap', 'new-database', 'in-place']),
  'restore-database': oneLine(63, 'the name of a database in at most 63 characters'),
  confirm: optionalText(),
  'restore-delay-seconds': wholeNumber(0, 3600),
  'safety-backup': flag(),
  'allow-different-database': flag(),
  'no-owner': flag(),
  'no-privileges': flag(),
  jobs: optionalWholeNumber(1, 64),
  undo: optionalPattern(backupIdPattern, 'the id of the backup that was restored'),

  environment: oneLine(255, 'the name of an environment'),
  plan: optionalText(),
  /** As long as GitHub lets a run wait, at most: 30 days. */
  'plan-max-age-minutes': wholeNumber(1, 43_200),

  level: oneOf(['bytes', 'restore']),
  'verify-sql': optionalText(),

  orphans: oneOf(['report', 'delete']),
  full: flag(),

  'filter-type': optionalOneOf(backupTypes),
  'filter-status': optionalOneOf(backupStatuses),
  page: wholeNumber(1, 1_000_000),
  'per-page': wholeNumber(1, 1000),

  'notify-email': emailAddresses(),
  'smtp-server': optionalPattern(/^[A-Za-z0-9._:[\]-]{1,255}$/, 'the name of a host'),
  'smtp-port': wholeNumber(1, 65_535),
  'smtp-username': oneLine(320, 'one line'),
  'smtp-password': optionalText(),
  'smtp-from': optionalPattern(/^[^\s\p{Cc}<>@,]{1,64}@[^\s\p{Cc}<>@,]{1,255}$/u, 'one address'),
  'smtp-security': oneOf(['auto', 'tls', 'starttls', 'none']),
  'webhook-url': optionalHook(),
  'webhook-secret': optionalPattern(/^[^\p{Cc}]{16,512}$/u, 'at least 16 characters'),
  'slack-webhook-url': optionalHook(),
  'discord-webhook-url': optionalHook(),
  'teams-webhook-url': optionalHook(),
  'ping-url': optionalHook(),
  'notify-issue': flag(),
  'notify-success': flag(),

  'github-token': optionalPattern(/^[^\s\p{Cc}]{1,4096}$/u, 'one word'),
  'issue-number': optionalWholeNumber(1, idMax),
  'comment-id': optionalWholeNumber(1, idMax),
  'request-id': optionalPattern(/^[A-Za-z0-9._-]{1,128}$/, 'letters, digits, ".", "_" and "-"'),
  'requested-by': optionalPattern(/^[A-Za-z0-9_-]{1,100}(\[bot\])?$/, 'a login of GitHub'),
  'requested-by-id': optionalWholeNumber(1, idMax),
} satisfies Readonly<Record<InputKey, z.ZodType<unknown, string>>>

const schema = z.object(fields)

type CamelCase<T extends string> = T extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : T

/** Every input of the contract under its camel-case name, read once and never changed. */
export type Inputs = {
  readonly [K in InputKey as CamelCase<K>]: z.output<(typeof fields)[K]>
}

/** What became of the inputs: the values, or every problem at once, each a sentence. */
export type InputReading =
  | { readonly kind: 'valid'; readonly inputs: Inputs }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }

/**
 * Judges every input and reports all problems at once. Values of secrets, addresses and free text
 * are never repeated; a word, a number or an id is, bounded to one line.
 *
 * @param raw text as given; an empty one takes the registry's default
 */
export function checkInputs(raw: RawInputs): InputReading {
  const texts = Object.fromEntries(
    inputKeys.map((key) => [key, raw[key].trim() === '' ? describeInput(key).default : raw[key]]),
  )
  const parsed = schema.safeParse(texts)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `Cannot read input "${String(issue.path[0])}": ${issue.message}`,
    )
    return { kind: 'invalid', problems }
  }
  const values = parsed.data
  const problems = findContradictions(values)
  if (problems.length > 0) return { kind: 'invalid', problems }
  const target = values['target-database-url'] ?? values['database-url']
  return { kind: 'valid', inputs: toInputs({ ...values, 'target-database-url': target }) }
}

type Values = z.output<typeof schema>

/** Inputs that are fine alone and wrong together. */
function findContradictions(values: Values): readonly string[] {
  const problems: string[] = []
  const report = (key: InputKey, text: string) =>
    problems.push(`Cannot read input "${key}": ${text}`)
  const hasKeyId = values['access-key-id'] !== undefined
  const hasSecret = values['secret-access-key'] !== undefined
  if (hasKeyId && !hasSecret)
    report(
      'secret-access-key',
      'it is empty while "access-key-id" is not, expected both or neither',
    )
  if (hasSecret && !hasKeyId)
    report(
      'access-key-id',
      'it is empty while "secret-access-key" is not, expected both or neither',
    )
  if (values['session-token'] !== undefined && !hasKeyId && !hasSecret)
    report('session-token', 'it stands alone, expected the access key that it belongs to')
  if (isBucketInPath(values.endpoint, values.bucket))
    report('endpoint', 'it ends in the name of the bucket, expected the address without it')
  if (values.command === 'restore' || values.command === 'plan') {
    const mode = values['restore-mode']
    if (values['restore-database'] !== undefined && mode !== 'new-database')
      report(
        'restore-database',
        `it is given with "restore-mode" ${mode}, expected it with "new-database" only`,
      )
    if (values.undo !== undefined && values['backup-id'] !== undefined)
      report('undo', 'it is given together with "backup-id", expected one of the two')
  }
  return problems
}

/** Providers show the address with the bucket in it (Cloudflare does), and would answer "no such key" to everything. */
function isBucketInPath(endpoint: string | undefined, bucket: string | undefined): boolean {
  if (endpoint === undefined || bucket === undefined) return false
  return new URL(endpoint).pathname === `/${bucket}`
}

/** The one cast of this file: the keys' spelling is changed exactly as {@link CamelCase} says. */
function toInputs(values: Values): Inputs {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
    ),
  ) as unknown as Inputs
}

/**
 * The failure that stands for unreadable inputs: one sentence where there is one problem, one line
 * for each otherwise.
 */
export function createInputFailure(problems: readonly string[], hint?: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: problems.join('\n'),
    hint:
      hint ??
      'Correct what is named above; docs/configuration.md lists every input and its variable.',
  })
}
