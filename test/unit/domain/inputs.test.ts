import { describe, expect, it } from 'vitest'
import { inputKeys, type RawInputs } from '../../../action/domain/input-keys.ts'
import { createInputFailure } from '../../../action/domain/inputs.ts'
import { normalizePrefix } from '../../../action/domain/prefix.ts'
import { listProblems, makeInputs } from '../../support/raw-inputs.ts'

describe('checkInputs without anything given', () => {
  it('takes the defaults of the contract', () => {
    expect(makeInputs()).toMatchInlineSnapshot(`
      {
        "accessKeyId": undefined,
        "allowDifferentDatabase": false,
        "backupId": undefined,
        "bucket": undefined,
        "command": "backup",
        "commentId": undefined,
        "compressionLevel": 9,
        "confirm": undefined,
        "databaseUrl": undefined,
        "discordWebhookUrl": undefined,
        "dryRun": false,
        "endpoint": undefined,
        "environment": undefined,
        "excludeSchemas": [],
        "excludeTableData": [],
        "excludeTables": [],
        "filterStatus": undefined,
        "filterType": undefined,
        "flagRowsPercent": 20,
        "flagSizePercent": 20,
        "force": false,
        "format": "plain",
        "full": false,
        "githubToken": undefined,
        "installClient": true,
        "issueNumber": undefined,
        "jobs": undefined,
        "keepLast": 1,
        "level": "bytes",
        "lockTimeoutSeconds": 300,
        "maxAgeHours": 26,
        "maxVerifiedAgeDays": undefined,
        "noOwner": false,
        "noPrivileges": false,
        "notifyEmail": [],
        "notifyIssue": false,
        "notifySuccess": false,
        "orphans": "report",
        "overlap": "refuse",
        "page": 1,
        "perPage": 20,
        "pingUrl": undefined,
        "plan": undefined,
        "planMaxAgeMinutes": 1440,
        "prefix": "strongroom",
        "region": "auto",
        "requestId": undefined,
        "requestedBy": undefined,
        "requestedById": undefined,
        "restoreDatabase": undefined,
        "restoreDelaySeconds": 10,
        "restoreMode": "swap",
        "retentionDailyDays": 7,
        "retentionFailedDays": 30,
        "retentionMonthlyDays": 365,
        "retentionWeeklyDays": 28,
        "rotate": true,
        "safetyBackup": true,
        "schemas": [],
        "secretAccessKey": undefined,
        "sessionToken": undefined,
        "silenceTimeoutMinutes": 10,
        "slackWebhookUrl": undefined,
        "smtpFrom": undefined,
        "smtpPassword": undefined,
        "smtpPort": 587,
        "smtpSecurity": "auto",
        "smtpServer": undefined,
        "smtpUsername": undefined,
        "tables": [],
        "targetDatabaseUrl": undefined,
        "teamsWebhookUrl": undefined,
        "totalTimeoutMinutes": 330,
        "type": "auto",
        "undo": undefined,
        "verifySql": undefined,
        "webhookSecret": undefined,
        "webhookUrl": undefined,
      }
    `)
  })

  it('is one value for every input, and cannot be changed', () => {
    expect(Object.keys(makeInputs())).toHaveLength(inputKeys.length)
    expect(Object.isFrozen(makeInputs())).toBe(true)
  })
})

describe('checkInputs reads', () => {
  const rows: [Partial<RawInputs>, object][] = [
    [{ command: ' Restore ' }, { command: 'restore' }],
    [{ type: 'daily' }, { type: 'DAILY' }],
    [{ type: 'AUTO' }, { type: 'auto' }],
    [{ 'filter-status': 'completed' }, { filterStatus: 'COMPLETED' }],
    [{ rotate: 'FALSE' }, { rotate: false }],
    [{ 'dry-run': ' True ' }, { dryRun: true }],
    [{ 'keep-last': '03' }, { keepLast: 3 }],
    [{ 'restore-delay-seconds': '0' }, { restoreDelaySeconds: 0 }],
    [{ 'backup-id': 'LATEST' }, { backupId: 'latest' }],
    [{ 'backup-id': '20261122T030012Z-k7q2' }, { backupId: '20261122T030012Z-k7q2' }],
    [{ schemas: 'a, b\n\n c ,' }, { schemas: ['a', 'b', 'c'] }],
    [{ tables: '"odd, name",b' }, { tables: ['"odd, name"', 'b'] }],
    [{ prefix: '/team/shop//' }, { prefix: 'team/shop' }],
    [{ endpoint: 'https://x.example.com/s3/' }, { endpoint: 'https://x.example.com/s3' }],
    [
      { 'notify-email': 'a@example.com, b@example.com' },
      { notifyEmail: ['a@example.com', 'b@example.com'] },
    ],
    [{ 'requested-by': 'strongroom[bot]' }, { requestedBy: 'strongroom[bot]' }],
    [{ 'database-url': 'x' }, { databaseUrl: 'x', targetDatabaseUrl: 'x' }],
    [
      { 'database-url': 'x', 'target-database-url': 'y' },
      { databaseUrl: 'x', targetDatabaseUrl: 'y' },
    ],
    [
      { command: 'restore', 'restore-mode': 'new-database', 'restore-database': 'dbname=x host=y' },
      { restoreDatabase: 'dbname=x host=y' },
    ],
    [
      { 'access-key-id': 'key', 'secret-access-key': 's', 'session-token': 't' },
      { accessKeyId: 'key', secretAccessKey: 's', sessionToken: 't' },
    ],
  ]
  it.each(rows)('%o', (given, expected) => {
    expect(makeInputs(given)).toMatchObject(expected)
  })
})

describe('checkInputs refuses', () => {
  const rows: [Partial<RawInputs>, string][] = [
    [
      { 'keep-last': '0' },
      'Cannot read input "keep-last": "0" is too small, expected a whole number from 1 to 10000',
    ],
    [
      { 'keep-last': 'three' },
      'Cannot read input "keep-last": "three" is not a whole number, expected a whole number from 1 to 10000',
    ],
    [
      { 'keep-last': '1.5' },
      'Cannot read input "keep-last": "1.5" is not a whole number, expected a whole number from 1 to 10000',
    ],
    [
      { 'compression-level': '1e1' },
      'Cannot read input "compression-level": "1e1" is not a whole number, expected a whole number from 1 to 9',
    ],
    [
      { 'compression-level': '10' },
      'Cannot read input "compression-level": "10" is too large, expected a whole number from 1 to 9',
    ],
    [
      { 'issue-number': '-1' },
      'Cannot read input "issue-number": "-1" is too small, expected a whole number of at least 1',
    ],
    [{ rotate: 'yes' }, 'Cannot read input "rotate": "yes" is neither, expected "true" or "false"'],
    [{ force: '1' }, 'Cannot read input "force": "1" is neither, expected "true" or "false"'],
    [
      { level: 'deep' },
      'Cannot read input "level": "deep" is not known, expected "bytes" or "restore"',
    ],
    [
      { 'backup-id': '../../x' },
      'Cannot read input "backup-id": "../../x" is not the id of a backup, expected "latest" or an id like "20261122T030012Z-k7q2"',
    ],
    [
      { bucket: 's3://vault' },
      'Cannot read input "bucket": it has another form, expected the name of a bucket, without "s3://"',
    ],
    [
      { endpoint: 'minio:9000' },
      'Cannot read input "endpoint": it does not start with https:// (or http://), expected an address such as "https://<account>.r2.cloudflarestorage.com"',
    ],
    [
      { endpoint: 'https://s3.example.com/vault/', bucket: 'vault' },
      'Cannot read input "endpoint": it ends in the name of the bucket, expected the address without it',
    ],
    [
      { endpoint: 'https://key:secret@example.com' },
      'Cannot read input "endpoint": it carries credentials, expected an address such as "https://<account>.r2.cloudflarestorage.com"',
    ],
    [
      { schemas: '"a,b' },
      'Cannot read input "schemas": a double quote is left open, expected it to be closed',
    ],
    [
      { 'notify-email': 'a@example.com\nBcc: b' },
      'Cannot read input "notify-email": not every item is an address, expected "name@example.com", separated by commas',
    ],
    [
      { 'secret-access-key': 'hunter2' },
      'Cannot read input "access-key-id": it is empty while "secret-access-key" is not, expected both or neither',
    ],
    [
      { 'access-key-id': 'hunter2' },
      'Cannot read input "secret-access-key": it is empty while "access-key-id" is not, expected both or neither',
    ],
    [
      { 'session-token': 'hunter2' },
      'Cannot read input "session-token": it stands alone, expected the access key that it belongs to',
    ],
    [
      { command: 'restore', 'restore-database': 'hunter2' },
      'Cannot read input "restore-database": it is given with "restore-mode" swap, expected it with "new-database" only',
    ],
    [
      { command: 'restore', undo: '20261122T030012Z-k7q2', 'backup-id': 'latest' },
      'Cannot read input "undo": it is given together with "backup-id", expected one of the two',
    ],
  ]
  it.each(rows)('%o', (given, sentence) => {
    expect(listProblems(given)).toEqual([sentence])
  })

  it('reports every problem at once', () => {
    const problems = listProblems({ command: 'bakup', 'keep-last': '0', rotate: 'on' })
    expect(problems.map((text) => text.split(':')[0])).toEqual([
      'Cannot read input "command"',
      'Cannot read input "rotate"',
      'Cannot read input "keep-last"',
    ])
  })

  it('quotes a long or hostile value on one line, cut', () => {
    const [problem] = listProblems({ level: `x\n::stop-commands::\u001b[2J${'y'.repeat(100)}` })
    expect(problem).toBe(
      'Cannot read input "level": "x?::stop-commands::?[2Jyyyyyyyyyyyyyyyyy…" is not known, expected "bytes" or "restore"',
    )
  })

  it('never repeats a secret, an address or free text', () => {
    const keys = inputKeys.filter((key) => !quotableKeys.has(key))
    const bad = 'hunter2 hunter2\0\u0007'
    const problems = listProblems(Object.fromEntries(keys.map((key) => [key, bad])))
    expect(problems.length).toBeGreaterThan(20)
    expect(problems.join('\n')).not.toContain('hunter2')
  })

  it.each(['', '/', 'a//b', 'a/../b', 'a b', 'ä', 'x'.repeat(513), 'a', '/a/b/', 'a=b.c_d-e'])(
    'agrees with normalizePrefix about %j',
    (prefix) => {
      const isFine = (() => {
        try {
          // An empty input is the default, never an empty prefix.
          return normalizePrefix(prefix === '' ? 'strongroom' : prefix) !== ''
        } catch {
          return false
        }
      })()
      expect(listProblems({ prefix }).length === 0).toBe(isFine)
    },
  )
})

/** Inputs whose value is a word of a list, a number or an id, and no secret. */
const quotableKeys: ReadonlySet<string> = new Set(
  inputKeys.filter((key) =>
    listProblems({ [key]: 'no such value' }).some((text) => text.includes('"no such value"')),
  ),
)

describe('createInputFailure', () => {
  it('carries each problem on its own line', () => {
    const failure = createInputFailure(['A', 'B'])
    expect(failure).toMatchObject({ code: 'invalid_input', stage: 'inputs', message: 'A\nB' })
    expect(failure.hint).toContain('docs/configuration.md')
  })
})
