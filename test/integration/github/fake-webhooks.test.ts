import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verify } from '@octokit/webhooks-methods'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { addComment, changeComment } from '../../support/github/resources/comments.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { addJob } from '../../support/github/resources/jobs.ts'
import { seedRun } from '../../support/github/resources/runs.ts'
import { changeJob, changeRun, requestReview, review } from '../../support/github/run-story.ts'

let scene: BotScene
const received: { headers: Readonly<Record<string, unknown>>; body: string }[] = []
const listener = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    received.push({ headers: request.headers, body })
    response.writeHead(202).end()
  })
})
let url = ''
beforeEach(async () => {
  scene = await stageBot()
  received.splice(0)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`
})
afterEach(async () => {
  await scene.github.close()
  await new Promise((resolve) => listener.close(resolve))
})

const say = (body: string) =>
  addComment(scene.world, scene.repository, scene.issue, { body, author: scene.writer })

describe('webhooks of the fake', () => {
  it('are signed, and sent as things happen', async () => {
    const { webhooks } = scene.github
    webhooks.connect(url)
    say('/backup')
    await webhooks.settled()
    expect(webhooks.attempts).toMatchObject([{ status: 202 }])
    const [{ headers, body } = { headers: {}, body: '' }] = received
    expect(headers).toMatchObject({
      'x-github-event': 'issue_comment',
      'x-github-delivery': webhooks.all[0]?.id,
    })
    const signature = String(headers['x-hub-signature-256'])
    expect(await verify(scene.app.webhookSecret, body, signature)).toBe(true)
    expect(JSON.parse(body)).toMatchObject({
      action: 'created',
      comment: { body: '/backup', user: { login: 'writer' }, performed_via_github_app: null },
      installation: { id: scene.installation.id },
      repository: { full_name: 'acme/shop', default_branch: 'main' },
    })
  })

  it('are gathered where nobody listens, and sent late, twice and out of order', async () => {
    const { webhooks } = scene.github
    const comment = say('one')
    changeComment({ ...scene, comment, sender: scene.writer }, 'two')
    const [first, second] = webhooks.all
    if (first === undefined || second === undefined) throw new Error('two were expected')
    for (const one of [second, first, second]) expect(await webhooks.send(one, { url })).toBe(202)
    const bodies = received.map(({ headers, body }) => [
      headers['x-github-delivery'],
      JSON.parse(body).comment.body,
    ])
    // Each as it stood when it happened.
    expect(bodies).toEqual([
      [second.id, 'two'],
      [first.id, 'one'],
      [second.id, 'two'],
    ])
  })

  it('are noted as failed where nobody answers', async () => {
    say('x')
    const [delivery] = scene.github.webhooks.all
    if (delivery === undefined) throw new Error('one was expected')
    expect(await scene.github.webhooks.send(delivery, { url: 'http://127.0.0.1:9/' })).toBe(0)
  })

  it('are not for an App that does not listen to them', async () => {
    scene.app.events = ['workflow_run']
    say('x')
    expect(scene.github.webhooks.all).toEqual([])
  })
})

/** A run of a job that waits for its environment. */
function waitingRun(preventsSelfReview = true) {
  const { world, repository } = scene
  const environment = seedEnvironment(world, repository, 'database-restore', {
    reviewers: [scene.admin],
    preventsSelfReview,
  })
  const run = seedRun(world, repository, scene.app.user, { attempts: ['queued'] })
  const job = addJob(world, run, 'Restore', environment)
  const at = { world, repository, run }
  requestReview(at, job)
  return { at, run, job, environment }
}
const told = () =>
  scene.github.webhooks.all.map(({ event, action, payload }) => {
    const { deployment_status } = payload as { deployment_status?: { state: string } }
    return `${event} ${deployment_status?.state ?? action}`
  })

describe('the story of a run, told by webhooks', () => {
  it('goes from waiting through an approval to its end', () => {
    const { at, run, job, environment } = waitingRun()
    expect(run.attempts).toEqual(['waiting'])
    review(at, environment, scene.admin, 'approved', 'fine')
    expect(run).toMatchObject({ attempts: ['queued'], pending: [] })
    expect(run.approvals).toMatchObject([{ state: 'approved', user: { login: 'admin' } }])
    changeRun(at, 'in_progress')
    changeJob(at, job, 'in_progress')
    changeJob(at, job, 'completed')
    changeRun(at, 'completed', 'success')
    expect(told()).toEqual([
      'workflow_job waiting',
      'deployment_status waiting',
      'deployment_review requested',
      'deployment_review approved',
      'workflow_run in_progress',
      'workflow_job in_progress',
      'deployment_status in_progress',
      'workflow_job completed',
      'deployment_status success',
      'workflow_run completed',
    ])
  })

  it('ends with a rejection', () => {
    const { at, run, environment } = waitingRun()
    review(at, environment, scene.admin, 'rejected')
    expect(run).toMatchObject({ attempts: ['completed'], conclusion: 'failure', pending: [] })
    expect(told().slice(3)).toEqual([
      'deployment_review rejected',
      'workflow_job completed',
      'deployment_status failure',
      'workflow_run completed',
    ])
  })

  it('takes no answer from who is no reviewer, or who started the run', () => {
    const { at, run, environment } = waitingRun()
    expect(() => review(at, environment, scene.writer, 'approved')).toThrow('no reviewer')
    run.triggeringActor = scene.admin
    expect(() => review(at, environment, scene.admin, 'approved')).toThrow('started the run')
    expect(run.approvals).toEqual([])
  })
})
