import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../../action/domain/parse-policy.ts'
import { defaultPolicy, policyCharactersMax } from '../../../action/domain/policy.ts'
import { readYaml as readForGate } from '../../../action/github/read-yaml.ts'
import { readYaml as readForBot } from '../../../bot/policy/read-yaml.ts'

// Two rooms read YAML, and neither may import the other: what one admits, the other must.
describe.each([
  ['the gate', readForGate],
  ['the bot', readForBot],
])('parsePolicy, read for %s', (_, readYaml) => {
  const parse = (text: string) => parsePolicy(text, readYaml)
  const problemOf = (text: string) => {
    const reading = parse(text)
    return reading.kind === 'invalid' ? reading.message : JSON.stringify(reading.policy)
  }

  it.each([
    ['nothing', ''],
    ['comments only', '# later\n'],
    ['an empty mapping', '{}\n'],
  ])('gives the defaults for %s', (_name, text) => {
    expect(parse(text)).toEqual({ kind: 'valid', policy: defaultPolicy })
  })

  it('fills in what a file leaves out, down to the last key', () => {
    const text = [
      'commands:',
      '  restore: { role: admin, teams: [dba], users: [octocat] }',
      '  backup: { role: Release managers }',
      'workflows: { restore: restore.yaml }',
      'issues:',
      '  numbers: [7]',
      'limits: { changing-per-10-minutes: 1 }',
      'allow-unprotected: true',
    ]
    expect(parse(text.join('\r\n'))).toEqual({
      kind: 'valid',
      policy: {
        commands: {
          restore: { role: 'admin', teams: ['dba'], users: ['octocat'] },
          backup: { role: 'Release managers', teams: [], users: [] },
        },
        workflows: { backup: 'database-backup.yml', restore: 'restore.yaml' },
        environments: { backup: 'database-backup', restore: 'database-restore' },
        issues: { labels: [], numbers: [7] },
        limits: { 'changing-per-10-minutes': 1, 'open-restores': 1 },
        'allow-unprotected': true,
      },
    })
  })

  it('names the line at fault, and says what is expected there', () => {
    const text = [
      'commands:',
      '  restore:',
      '    role: admin',
      '    teams:',
      '      - dba',
      '      - "@acme/dba"',
      'limits:',
      '  changing-per-10-minutes: 0',
    ]
    expect(problemOf(text.join('\n'))).toMatchInlineSnapshot(
      `"Cannot read the policy file: line 6, "commands.restore.teams.1" is not usable, expected the slug of a team, without "@" and organisation; line 8, "limits.changing-per-10-minutes" is not usable, expected a whole number from 1 to 1000"`,
    )
  })

  it.each([
    ['an unknown key', 'a: 1', 'line 1, "a" is not known, expected one of "commands"'],
    [
      'an unknown command',
      'commands:\n  backup: {}\n  drop: {}',
      'line 3, "commands.drop" is not known, expected one of "backup"',
    ],
    [
      'an unknown part of a rule',
      'commands:\n  backup: { roles: x }',
      'line 2, "commands.backup.roles"',
    ],
    ['a key with strange characters', '"\\u202ex": 1', 'line 1, "?" is not known'],
    ['a merge key', 'commands:\n  <<: { backup: {} }', 'line 2, "commands.?" is not known'],
    ['a prototype', '__proto__: { a: 1 }', 'line 1, "__proto__" is not known'],
    [
      'the role of strangers',
      'commands: { backup: { role: none } }',
      'or the name of a custom role',
    ],
    [
      'a switch as a word',
      '\n\nallow-unprotected: "true"',
      'line 3, "allow-unprotected" is not usable, expected true or false',
    ],
    ['an empty section', 'limits:\n', 'line 1, "limits" is not usable, expected keys with values'],
    [
      'a path as a workflow',
      'workflows: { backup: ../x.yml }',
      'the name of a file in .github/workflows',
    ],
    ['a list', '- 1', 'the file is not usable, expected keys with values'],
    ['no YAML', 'a: [1', 'it is not YAML, expected YAML'],
    ['a key twice', 'allow-unprotected: true\nallow-unprotected: false', 'line 2, it is not YAML'],
    ['two documents', '---\n{}\n---\n{}\n', 'it is not YAML'],
    [
      'an anchor',
      'limits: &a {}',
      'line 1, it has an anchor, an alias or a tag, expected plain values',
    ],
    ['an alias', 'issues: &a {}\nlimits: *a', 'an anchor, an alias or a tag'],
    ['a key that is a list', 'limits: {}\n? [a]\n: 1', 'line 2, it has a key that is no word'],
    ['keys within keys', '? '.repeat(490), 'line 1, it has a key that is no word'],
    ['a tag', 'allow-unprotected: !!bool true', 'an anchor, an alias or a tag'],
    ['an unknown tag', 'allow-unprotected: !x true', 'line 1'],
  ])('refuses %s', (_name, text, problem) => {
    expect(problemOf(text)).toContain(problem)
    expect(problemOf(text)).toMatch(/^Cannot read the policy file: .+, expected /)
  })

  it.each([
    ['a file of more than 64 KiB', '#'.repeat(policyCharactersMax + 1)],
    ['a line that nests deeper than a parser can bear', '? '.repeat(30_000)],
    [
      'aliases that double at every line',
      Array.from({ length: 40 }, (_unused, i) => `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`).join(
        '\n',
      ),
    ],
  ])('refuses %s at once', (_name, text) => {
    expect(problemOf(text)).toContain('expected')
    expect(parse(text).kind).toBe('invalid')
  })
})
