import { request } from '@octokit/request'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { addJob } from '../../support/github/resources/jobs.ts'
import { seedPending } from '../../support/github/resources/pending.ts'
import { seedRun } from '../../support/github/resources/runs.ts'
import { seedTeam } from '../../support/github/resources/teams.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'

const file = 'database-backup.yml'
const text = `
name: Database backup
on:
  workflow_dispatch:
    inputs:
      command: { type: choice, options: [backup, list], default: backup }
      request-id: { type: string }
      backup-id: { required: true, type: string }
jobs: {}
`
const inputs = { 'backup-id': 'latest', 'request-id': 'rq1-2-0-0123456789ab' }

let scene: BotScene
let now = new Date('2026-11-22T03:00:00Z')
async function stage(basePath = '') {
  now = new Date('2026-11-22T03:00:00Z')
  scene = await stageBot({ basePath, now: () => now })
  seedWorkflow(scene.world, scene.repository, file, 'active', text)
}
beforeEach(() => stage())
afterEach(async () => {
  await scene.github.close()
})

const at = { owner: 'acme', repo: 'shop' }
const api = () =>
  request.defaults({
    baseUrl: scene.github.apiUrl,
    headers: { authorization: `token ${scene.token}` },
  })

/** Dispatches, and tells status and what GitHub says. */
async function dispatch(body: object, workflow_id = file) {
  const options = { ...at, workflow_id, ref: 'main', ...body }
  try {
    const { status, data } = await api()(
      'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
      options,
    )
    return { status, data: data as unknown }
  } catch (error) {
    const { status, message } = error as { status: number; message: string }
    return { status, message }
  }
}

describe('dispatches of the fake', () => {
  it('name the run where it is asked for, and say nothing else', async () => {
    expect(await dispatch({ inputs })).toMatchObject({ status: 204 })
    const named = await dispatch({ inputs, return_run_details: true })
    const [, run] = [...scene.repository.runs.values()]
    expect(named).toMatchObject({ status: 200, data: { workflow_run_id: run?.id } })
    expect(run).toMatchObject({
      event: 'workflow_dispatch',
      actor: { login: 'strongroom[bot]' },
      inputs: { ...inputs, command: 'backup' },
      attempts: ['queued'],
      number: 2,
    })
  })

  it.each([
    [
      'an input that the file does not have',
      { inputs: { ...inputs, force: 'true' } },
      422,
      /Unexpected inputs/,
    ],
    ['an input that is missing', { inputs: {} }, 422, /Required input 'backup-id'/],
    ['a choice that is none', { inputs: { ...inputs, command: 'drop' } }, 422, /allowed values/],
    ['another branch', { inputs, ref: 'sneaky' }, 422, /No ref found/],
    ['a field that is none', { inputs, force: true }, 400, /not a permitted key/],
  ])('refuse %s', async (_name, body, status, message) => {
    expect(await dispatch(body)).toMatchObject({
      status,
      message: expect.stringMatching(message),
    })
    expect(scene.repository.runs.size).toBe(0)
  })

  it('refuse a workflow that is missing, disabled or started otherwise', async () => {
    expect(await dispatch({ inputs }, 'other.yml')).toMatchObject({ status: 404 })
    seedWorkflow(scene.world, scene.repository, 'off.yml', 'disabled_manually', text)
    expect(await dispatch({ inputs }, 'off.yml')).toMatchObject({ status: 422 })
    seedWorkflow(scene.world, scene.repository, 'push.yml', 'active', 'on: [push]\njobs: {}\n')
    expect(await dispatch({}, 'push.yml')).toMatchObject({
      status: 422,
      message: expect.stringContaining("'workflow_dispatch' trigger"),
    })
  })

  it('know no details on a server of one’s own', async () => {
    await scene.github.close()
    await stage('/api/v3')
    expect(await dispatch({ inputs, return_run_details: true })).toMatchObject({ status: 400 })
    expect(await dispatch({ inputs })).toMatchObject({ status: 204 })
  })
})

describe('runs of the fake', () => {
  const list = async (query: object) => {
    const { data } = await api()('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
      ...at,
      workflow_id: file,
      ...query,
    })
    return data.workflow_runs.map(({ run_number }) => run_number)
  }

  it('are listed newest first, by event, instant, status and page', async () => {
    for (const _ of [1, 2, 3]) {
      await dispatch({ inputs })
      now = new Date(now.getTime() + 60_000)
    }
    const [first] = [...scene.repository.runs.values()]
    if (first !== undefined) first.attempts = ['completed']
    expect(await list({})).toEqual([3, 2, 1])
    expect(await list({ event: 'schedule' })).toEqual([])
    expect(await list({ created: '>=2026-11-22T03:01:00Z' })).toEqual([3, 2])
    expect(await list({ created: '2026-11-22T03:00:00Z..2026-11-22T03:01:00Z' })).toEqual([2, 1])
    expect(await list({ status: 'success' })).toEqual([1])
    expect(await list({ per_page: 1, page: 2 })).toEqual([2])
  })

  it('are cancelled once', async () => {
    const run = seedRun(scene.world, scene.repository, scene.writer)
    const cancel = () =>
      api()('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { ...at, run_id: run.id })
    expect((await cancel()).status).toBe(202)
    expect(run).toMatchObject({ attempts: ['completed'], conclusion: 'cancelled' })
    await expect(cancel()).rejects.toMatchObject({ status: 409 })
  })

  it('have jobs, and wait for reviewers', async () => {
    const run = seedRun(scene.world, scene.repository, scene.writer, { attempts: ['waiting'] })
    const environment = seedEnvironment(scene.world, scene.repository, 'database-restore', {
      reviewers: [scene.admin, seedTeam(scene.world, 'acme', 'dba', [scene.writer])],
    })
    const job = addJob(scene.world, run, 'Restore', environment)
    seedPending(scene.world, run, environment, job)
    const asked = { ...at, run_id: run.id }
    const jobs = await api()('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', asked)
    expect(jobs.data.jobs).toMatchObject([{ name: 'Restore', status: 'queued', conclusion: null }])
    const pending = await api()(
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
      asked,
    )
    expect(pending.data).toMatchObject([
      {
        environment: { name: 'database-restore' },
        wait_timer_started_at: '2026-11-22T03:00:00Z',
        current_user_can_approve: false,
        reviewers: [{ reviewer: { login: 'admin' } }, { reviewer: { slug: 'dba' } }],
      },
    ])
  })
})
