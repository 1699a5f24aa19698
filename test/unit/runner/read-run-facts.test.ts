import { describe, expect, it } from 'vitest'
import { readRunFacts } from '../../../action/runner/read-run-facts.ts'

const env = {
  GITHUB_RUN_ID: '123456',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_ACTOR: 'octocat',
  GITHUB_ACTOR_ID: '583231',
  GITHUB_TRIGGERING_ACTOR: 'strongroom[bot]',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_SERVER_URL: 'https://github.example.com',
  GITHUB_EVENT_NAME: 'schedule',
  GITHUB_EVENT_PATH: '/event.json',
  GITHUB_REF: 'refs/heads/größe',
  GITHUB_SHA: 'a'.repeat(40),
}
const payload = '{"schedule":"0 3 * * *","repository":{"default_branch":"main"},"other":1}'

describe('readRunFacts', () => {
  it('reads what the runner says', () => {
    expect(readRunFacts(env, () => payload)).toEqual({
      runId: '123456',
      runAttempt: 2,
      actor: 'octocat',
      actorId: '583231',
      triggeringActor: 'strongroom[bot]',
      repository: 'acme/shop',
      serverUrl: 'https://github.example.com',
      runUrl: 'https://github.example.com/acme/shop/actions/runs/123456',
      eventName: 'schedule',
      eventPath: '/event.json',
      schedule: '0 3 * * *',
      ref: 'refs/heads/größe',
      sha: 'a'.repeat(40),
      defaultBranch: 'main',
      problems: [],
    })
  })

  it('knows nothing off GitHub, and finds nothing wrong with that', () => {
    const fail = () => {
      throw new Error('not to be read')
    }
    expect(readRunFacts({}, fail)).toEqual({ problems: [] })
  })

  it.each([
    ['GITHUB_RUN_ID', '12\n34'],
    ['GITHUB_REPOSITORY', 'a/b/c'],
    ['GITHUB_SERVER_URL', 'javascript:alert(1)'],
    ['GITHUB_ACTOR', 'a b'],
  ])('leaves out a %s of another form, and says so', (name, value) => {
    const facts = readRunFacts({ ...env, [name]: value }, () => payload)
    expect(facts.problems).toEqual([
      `Cannot read ${name}: it has another form, expected what the runner sets`,
    ])
    expect(JSON.stringify(facts)).not.toContain(JSON.stringify(value).slice(1, -1))
  })

  it.each([
    [
      'no file',
      () => {
        throw new Error('ENOENT')
      },
    ],
    ['no JSON', () => '<html>'],
    ['another form', () => '{"schedule":7}'],
  ])('goes on without the payload where there is %s', (_, readFile) => {
    const facts = readRunFacts(env, readFile)
    expect(facts).toMatchObject({ runId: '123456' })
    expect(facts.schedule).toBeUndefined()
    expect(facts.problems).toHaveLength(1)
  })
})
