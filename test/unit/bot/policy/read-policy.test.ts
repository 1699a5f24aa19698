import { describe, expect, it } from 'vitest'
import { defaultPolicy, policyPath } from '../../../../action/domain/policy.ts'
import { readPolicy } from '../../../../bot/policy/read-policy.ts'
import { createFakeGitHub } from '../../../support/bot/fake-github.ts'
import { connectFake, type Fault } from '../../../support/bot/fake-repository.ts'

function read(text: string | undefined, fault?: Fault) {
  const github = createFakeGitHub()
  if (text !== undefined) github.files.set(policyPath, text)
  return readPolicy(connectFake(github, { fault: () => fault }).repository)
}

describe('readPolicy', () => {
  it('takes the defaults where there is no file, or nothing in it', async () => {
    expect(await read(undefined)).toEqual({
      kind: 'policy',
      policy: defaultPolicy,
      isFromFile: false,
    })
    expect(await read('# later\n')).toEqual({
      kind: 'policy',
      policy: defaultPolicy,
      isFromFile: true,
    })
  })

  it('reads what a file says', async () => {
    const text = 'commands:\n  restore: { role: dba, users: [octocat] }\nallow-unprotected: true\n'
    expect(await read(text)).toMatchObject({
      kind: 'policy',
      policy: {
        commands: { restore: { role: 'dba', users: ['octocat'] } },
        'allow-unprotected': true,
      },
    })
  })

  it.each([
    ['no YAML', 'commands:\n  restore: [\n', ''],
    ['an unknown key', 'limits:\n  changing: 3\n', 'line 2'],
    ['an unknown command', 'commands:\n  backup: {}\n  drop: {}\n', 'line 3'],
    ['an item of a list', 'issues:\n  numbers:\n    - 7\n    - seven\n', 'line 4'],
    ['an anchor', 'issues: &places\n  numbers: [7]\n', 'line 2'],
    ['an alias', 'commands:\n  backup: &x {}\n  delete: *x\n', 'line 2'],
    ['a tag', 'commands: !!map {}\n', 'line 1'],
    ['a key twice', 'limits: {}\nlimits: {}\n', 'line 2'],
    ['a scalar', 'yes\n', ''],
    ['a bomb', `a: &a [x]\n${'b: [*a,*a,*a]\n'.repeat(9)}`, ''],
  ])('refuses %s and names the line', async (_, text, line) => {
    const answer = await read(text)
    expect(answer).toMatchObject({ kind: 'problem', isReadingFailure: false })
    expect(answer.kind === 'problem' && answer.message).toContain(line)
    expect(answer.kind === 'problem' && answer.message).toMatch(/^Cannot read the policy file/)
  })

  it.each(['denied', 'lost-before'] as const)(
    'has no policy where reading is %s',
    async (fault) => {
      expect(await read('limits: {}\n', fault)).toMatchObject({
        kind: 'problem',
        isReadingFailure: true,
      })
    },
  )
})
