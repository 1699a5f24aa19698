import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectBadEnd } from '../support/acceptance/expect-bad-end.ts'
import { limitFolder } from '../support/acceptance/namespace.ts'
import { newRunner, runPost, runStep, startStep } from '../support/acceptance/run-step.ts'
import { runTerminal } from '../support/acceptance/run-terminal.ts'
import { startWorld, type World } from '../support/acceptance/start-world.ts'

let world: World
let url = ''

beforeAll(async () => {
  world = await startWorld()
  url = world.cluster.url(await world.newDatabase())
})
afterAll(async () => {
  await world?.close()
})

/** Inputs of a backup into a new bucket, and what they must not give away. */
function newBackup() {
  const bucket = world.newBucket()
  const inputs = { ...bucket.inputs, 'database-url': url }
  const secrets = {
    url,
    password: world.cluster.password,
    'secret key': world.server.secretAccessKey,
  }
  return { bucket, inputs, secrets }
}

describe('the folder for temporary files', () => {
  it.each([1, 2, 3])(
    'is full after %i files: nothing is half-done, and the next backup works',
    async (count) => {
      const { bucket, inputs, secrets } = newBackup()
      const runner = await newRunner(world.folder)
      const within = limitFolder(runner.temporary, `size=1m,nr_inodes=${count}`)
      const end = await runStep(world.folder, { inputs, runner, within })
      await expectBadEnd(end, {
        reasonCode: 'disk_full',
        message: /the disk is full/,
        bucket,
        secrets,
      })
      const next = await runStep(world.folder, { inputs })
      expect(next.code, next.stdout).toBe(0)
    },
  )

  it('is not there', async () => {
    const { bucket, inputs, secrets } = newBackup()
    const end = await runStep(world.folder, {
      inputs,
      environment: { RUNNER_TEMP: '/nonexistent' },
    })
    await expectBadEnd(end, {
      reasonCode: 'invalid_input',
      message: /refuses it \(ENOENT\)/,
      bucket,
      secrets,
    })
    const words = ['list']
    const environment = { ...bucket.variables, TMPDIR: '/nonexistent' }
    const listed = await runTerminal(world.folder, { words, environment })
    expect(listed).toMatchObject({ code: 1, stdout: '' })
    expect(listed.stderr).toContain('refuses it (ENOENT)')
  })
})

describe("the runner's own files", () => {
  it('refuse the outputs: the step fails, and says that the backup is there', async () => {
    const { bucket, inputs } = newBackup()
    const environment = { GITHUB_OUTPUT: '/nonexistent/output' }
    const end = await runStep(world.folder, { inputs, environment })
    expect(end).toMatchObject({ code: 1, stderr: '' })
    expect(end.stdout).toMatch(
      /^::error .*Cannot write the outputs of this step: .*ended with completed/m,
    )
    expect((await bucket.manifest()).backups).toMatchObject([{ status: 'COMPLETED' }])
  })

  it('refuse the summary: a warning', async () => {
    const { inputs } = newBackup()
    const environment = {
      GITHUB_STEP_SUMMARY: '/nonexistent/summary',
      GITHUB_EVENT_PATH: '/nonexistent/event',
    }
    const end = await runStep(world.folder, { inputs, environment })
    expect(end, end.stdout).toMatchObject({ code: 0, stderr: '', outputs: { status: 'COMPLETED' } })
    expect(end.stdout).toMatch(/^::warning::Cannot write the job summary/m)
    expect(end.stdout).toMatch(/^::warning::Cannot read the payload of the event/m)
  })

  it('hold a state that main did not write: post says so, and fails', async () => {
    const { inputs } = newBackup()
    const step = await startStep(world.folder, { inputs: { ...inputs, command: 'list' } })
    expect((await step.ended).code).toBe(0)
    expect(await runPost(step, { inputs })).toMatchObject({ code: 0, stderr: '' })
    const post = await runPost(step, { inputs, environment: { STATE_pending: '{"backupId":' } })
    expect(post).toMatchObject({ code: 1, stderr: '' })
    expect(post.stdout).toMatch(/^::warning::Cannot read the state of this step: /m)
  })
})
