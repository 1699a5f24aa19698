import { describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { inputKeys } from '../../../action/domain/input-keys.ts'
import { optionDescriptions } from '../../../action/runner/option-descriptions.ts'
import { parseTerminalArguments } from '../../../action/runner/terminal-arguments.ts'
import { bucketOptions, terminalCommands } from '../../../action/runner/terminal-commands.ts'
import scripts from '../../../package.json' with { type: 'json' }

const read = (command: string, ...words: string[]) => {
  const outcome = parseTerminalArguments(command, words)
  return outcome.kind === 'run' ? outcome : outcome.kind
}

const problemsOf = (command: string, ...words: string[]) => {
  try {
    return read(command, ...words)
  } catch (error) {
    if (isFailure(error, 'invalid_input')) return error.message.split('\n')
    throw error
  }
}

describe('parseTerminalArguments reads', () => {
  const rows: [string[], object][] = [
    [['backup'], { given: { command: 'backup' }, yes: false, json: false }],
    [
      ['list', '--type=DAILY', '--status=COMPLETED'],
      { given: { command: 'list', 'filter-type': 'DAILY', 'filter-status': 'COMPLETED' } },
    ],
    [['list', '--page', '2', '--json'], { given: { command: 'list', page: '2' }, json: true }],
    [
      ['restore', 'latest', '--mode=swap'],
      { given: { command: 'restore', 'backup-id': 'latest', 'restore-mode': 'swap' } },
    ],
    [
      ['restore', '--undo', '20261122T030012Z-k7q2'],
      { given: { command: 'restore', undo: '20261122T030012Z-k7q2' } },
    ],
    [
      ['restore', '--confirm=a=b c', 'latest'],
      { given: { command: 'restore', confirm: 'a=b c', 'backup-id': 'latest' } },
    ],
    [
      ['cleanup', '--dry-run', '-y'],
      { given: { command: 'cleanup', 'dry-run': 'true' }, yes: true },
    ],
    [['cleanup', '--dry-run=false'], { given: { command: 'cleanup', 'dry-run': 'false' } }],
    [
      ['delete', '20261122T030012Z-k7q2', '--force'],
      { given: { command: 'delete', 'backup-id': '20261122T030012Z-k7q2', force: 'true' } },
    ],
    [
      ['backup', '--type=MANUAL', '--rotate=false'],
      { given: { command: 'backup', type: 'MANUAL', rotate: 'false' } },
    ],
    [['verify', '--', 'latest'], { given: { command: 'verify', 'backup-id': 'latest' } }],
    [['backup', '--prefix=team/shop'], { given: { command: 'backup', prefix: 'team/shop' } }],
  ]
  it.each(rows)('%j', ([command = '', ...words], expected) => {
    expect(read(command, ...words)).toMatchObject({ kind: 'run', ...expected })
  })
})

describe('parseTerminalArguments refuses', () => {
  const rows: [string[], string[]][] = [
    [
      ['restore', '--moed=swap'],
      ['Cannot read option "--moed": it is not known, expected perhaps "--mode"'],
    ],
    [
      ['cleanup', '--dryrun'],
      ['Cannot read option "--dryrun": it is not known, expected perhaps "--dry-run"'],
    ],
    [
      ['delete', '--fully'],
      ['Cannot read option "--fully": it is not known, expected an option of "delete"'],
    ],
    [
      ['list', '--confirm=x'],
      [
        'Cannot read option "--confirm": command "list" has no use for it, expected one of its own options',
      ],
    ],
    [
      ['backup', '--type'],
      ['Cannot read option "--type": it has no value, expected --type=<value>'],
    ],
    [
      ['list', 'latest'],
      ['Cannot read a word without dashes: this command takes options only, expected none'],
    ],
    [
      ['restore', 'latest', 'other'],
      ['Cannot read the id: "backup-id" is given twice, expected it once'],
    ],
    [
      ['list', '--type=DAILY', '--filter-type=WEEKLY'],
      ['Cannot read option "--filter-type": "filter-type" is given twice, expected it once'],
    ],
    [['list', '-x'], ['Cannot read option "-x": it is not known, expected an option of "list"']],
    [
      ['list', '--__proto__=x'],
      ['Cannot read option "--__proto__": it is not known, expected an option of "list"'],
    ],
    [
      ['list', '--\u001b[2J'],
      ['Cannot read option "--\\u{1b}[2J": it is not known, expected an option of "list"'],
    ],
    [
      ['plan'],
      [
        'Cannot run command "plan": it is not known, expected one of backup, list, restore, verify, cleanup, delete, check, pin, unpin, accept, repair, doctor',
      ],
    ],
  ]
  it.each(rows)('%j', ([command = '', ...words], sentences) => {
    expect(problemsOf(command, ...words)).toEqual(sentences)
  })

  it('every secret on a command line, without repeating it', () => {
    const secrets = [
      'database-url',
      'target-database-url',
      'secret-access-key',
      'session-token',
      'github-token',
    ]
    const words = secrets.map((name) => `--${name}=hunter2`)
    const problems = problemsOf('restore', ...words)
    expect(problems).toHaveLength(secrets.length)
    expect(problems).toEqual(secrets.map(() => expect.stringContaining('in the environment')))
    expect(String(problems)).not.toContain('hunter2')
  })

  it('all problems at once', () => {
    expect(problemsOf('restore', '--moed=1', '--page=3')).toHaveLength(2)
  })
})

describe('parseTerminalArguments helps', () => {
  it.each([undefined, 'help', '--help', '-h'])(
    'with an overview where the command is %s',
    (command) => {
      const outcome = parseTerminalArguments(command, [])
      expect(outcome).toMatchObject({ kind: 'help' })
      for (const { script } of terminalCommands)
        expect(outcome).toMatchObject({ text: expect.stringContaining(`npm run ${script}`) })
    },
  )

  it.each(terminalCommands)(
    'with $command, even beside a mistake',
    ({ command, script, examples }) => {
      const outcome = parseTerminalArguments(command, ['--nonsense', '--help'])
      if (outcome.kind !== 'help') throw new Error('expected help')
      expect(outcome.text).toContain(`npm run ${script} -- `)
      for (const { meaning } of examples) expect(outcome.text).toContain(meaning)
      for (const line of outcome.text.split('\n')) expect(line.length).toBeLessThanOrEqual(110)
    },
  )

  it('in full, for cleanup', () => {
    expect(parseTerminalArguments('cleanup', ['-h'])).toMatchInlineSnapshot(`
      {
        "kind": "help",
        "text": "Removes expired backups.

      Usage: npm run backup:cleanup -- [options]

      Options:
        --dry-run                     print the plan, change nothing
        --retention-daily-days=<n>    days that a DAILY backup is kept [7]
        --retention-weekly-days=<n>   days that a WEEKLY backup is kept [28]
        --retention-monthly-days=<n>  days that a MONTHLY backup is kept [365]
        --retention-failed-days=<n>   days that a FAILED entry is kept [30]
        --keep-last=<n>               newest COMPLETED backups that no age removes [1]
        --flag-size-percent=<n>       flag a backup below this share of the usual size [20]
        --flag-rows-percent=<n>       flag a backup below this share of the usual rows [20]
        --yes, -y                     answer every question with yes
        --json                        print the result as JSON on standard output
        --help, -h                    print this

      The bucket:
        --bucket=<name>       bucket that holds the backups [AWS_BACKUP_BUCKET]
        --prefix=<folder>     folder in the bucket, one per database [BACKUP_PREFIX, else strongroom]
        --region=<region>     region of the bucket [AWS_REGION, else auto]
        --endpoint=<address>  S3-compatible service; AWS where empty [AWS_S3_ENDPOINT]

      Credentials are read from the environment, never from the command line:
        DATABASE_URL
        AWS_ACCESS_KEY_ID
        AWS_SECRET_ACCESS_KEY
        AWS_SESSION_TOKEN
        RESTORE_DATABASE_URL
        SMTP_PASSWORD
        BACKUP_WEBHOOK_URL
        BACKUP_WEBHOOK_SECRET
        BACKUP_SLACK_WEBHOOK_URL
        BACKUP_DISCORD_WEBHOOK_URL
        BACKUP_TEAMS_WEBHOOK_URL
        BACKUP_PING_URL

      Examples:
        npm run backup:cleanup -- --dry-run
            what would be removed, and why the rest stays
        npm run backup:cleanup -- --yes
            without asking
      ",
      }
    `)
  })
})

describe('terminalCommands', () => {
  it('agree with the scripts of package.json', () => {
    for (const { command, script } of terminalCommands)
      expect(scripts.scripts).toMatchObject({ [script]: `node action/cli.ts ${command}` })
  })

  it('describe every option that they have', () => {
    const used = new Set([...bucketOptions, ...terminalCommands.flatMap(({ options }) => options)])
    expect(new Set(Object.keys(optionDescriptions))).toEqual(used)
    for (const key of used) expect(inputKeys).toContain(key)
  })

  it.each(terminalCommands)('$command has examples that parse', ({ command, examples }) => {
    for (const { words } of examples) {
      const split = words === '' ? [] : words.split(' ').map((word) => word.replaceAll("'", ''))
      expect(parseTerminalArguments(command, split)).toMatchObject({ kind: 'run' })
    }
  })
})
