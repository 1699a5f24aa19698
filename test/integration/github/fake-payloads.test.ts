import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import {
  addComment,
  changeComment,
  removeComment,
} from '../../support/github/resources/comments.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { addJob } from '../../support/github/resources/jobs.ts'
import { seedRun } from '../../support/github/resources/runs.ts'
import { changeJob, changeRun, requestReview } from '../../support/github/run-story.ts'

let scene: BotScene
afterEach(async () => {
  await scene.github.close()
})

interface Examples {
  readonly name: string
  readonly examples: readonly Readonly<Record<string, unknown>>[]
}

/** Payloads that GitHub really sent, by event. */
function readExamples(): readonly Examples[] {
  const require = createRequire(import.meta.url)
  const path = require.resolve('@octokit/webhooks-examples/api.github.com/index.json')
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Accounts, repositories and lists have forms of their own, the same everywhere. */
const closed = [
  ...['repository', 'organization', 'sender', 'user', 'owner', 'head_repository', 'actor'],
  ...['triggering_actor', 'creator', 'assignee', 'milestone', 'installation', 'requestor'],
]

/** The names of all fields, as "issue.number"; those that are null tell nothing and are left out. */
function fieldsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    closed.includes(name) || inner === null
      ? []
      : [`${path}${name}`, ...fieldsOf(inner, `${path}${name}.`)],
  )
}

/** Of pull requests, of pages that were deployed, and of the App behind a deployment: nobody here asks for them. */
const unknown = [
  /^issue\.(body|closed_at|draft|sub_issues)/,
  /^deployment_status\.environment_url$/,
  /^deployment\.performed_via_github_app\./,
  /^check_run/,
]

describe('payloads of the fake', () => {
  it('have the fields that GitHub’s have', async () => {
    scene = await stageBot()
    const { world, repository, issue, writer } = scene
    const comment = addComment(world, repository, issue, { body: 'one', author: writer })
    const deed = { world, repository, comment, sender: writer }
    changeComment(deed, 'two')
    removeComment(deed)
    const run = seedRun(world, repository, writer, { attempts: ['queued'] })
    const at = { world, repository, run }
    const environment = seedEnvironment(world, repository, 'e', { reviewers: [scene.admin] })
    const job = addJob(world, run, 'Restore', environment)
    changeRun(at, 'queued')
    changeJob(at, job, 'queued')
    requestReview(at, job)
    changeJob(at, job, 'in_progress')
    changeJob(at, job, 'completed')
    changeRun(at, 'completed')
    const known = readExamples()
    const lacking = scene.github.webhooks.all.flatMap(({ event, action, payload }) => {
      const told = new Set(fieldsOf(payload).concat(nullsOf(payload)))
      const examples = known.find(({ name }) => name === event)?.examples ?? []
      const same = examples.filter((example) => example['action'] === action)
      return [...new Set(same.flatMap((example) => fieldsOf(example)))]
        .filter((field) => !told.has(field) && !unknown.some((one) => one.test(field)))
        .map((field) => `${event} ${action}: ${field}`)
    })
    expect(lacking).toEqual([])
  })
})

/** Fields that are there without a value. */
function nullsOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === null ? [`${path}${name}`] : nullsOf(inner, `${path}${name}.`),
  )
}
