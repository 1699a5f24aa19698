import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clientsOf } from '../support/acceptance/child-processes.ts'
import { expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { holdTable, waitUntilBlocked } from '../support/acceptance/hold-table.ts'
import {
  type RunningStep,
  runPost,
  type StepEnd,
  type StepRequest,
  startStep,
} from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import type { Operation } from '../support/s3-server/operation.ts'

/** The runner kills the tree 10 s after its SIGINT; an idle machine needs less than 7. */
const endMaxMs = 10_000
const always = Number.POSITIVE_INFINITY

let world: World
let database = ''
let request: StepRequest
let bucket: Bucket
let releases: (() => Promise<void>)[] = []

beforeAll(async () => {
  world = await startWorld()
  database = await world.newDatabase()
})
afterEach(async () => {
  world.server.faults.clear()
  for (const release of releases) await release()
  releases = []
})
afterAll(async () => {
  await world?.close()
})

/** A backup under way that has come to where `until` says. */
async function startBackup(until: (step: RunningStep) => Promise<void>): Promise<RunningStep> {
  bucket = world.newBucket()
  request = { inputs: { ...bucket.inputs, 'database-url': world.cluster.url(database) } }
  const step = await startStep(world.folder, request)
  await until(step)
  return step
}

/** Lets pg_dump wait for a lock, and waits until it does. */
async function duringDump(): Promise<void> {
  await waitUntilBlocked(world.cluster, database)
}

async function lockTable(): Promise<void> {
  const { release } = await holdTable(world.cluster, database, 'orders')
  releases.push(release)
}

/** Lets these requests go unanswered. Resolves once one of them has come. */
function hangAt(operation: Operation | undefined, key?: RegExp): () => Promise<void> {
  const fault = world.server.faults.add({
    kind: 'hang',
    times: always,
    ...(operation && { operation }),
    ...(key && { key }),
  })
  return () => expect.poll(() => fault.struck(), { timeout: 30_000 }).toBeGreaterThan(0)
}

async function expectCancelled(end: StepEnd): Promise<void> {
  expect(end, end.stdout).toMatchObject({ code: 130, signal: null })
  expect(end.elapsedMs).toBeLessThan(endMaxMs)
  expect(clientsOf(world.cluster.port, 'pg_dump')).toEqual([])
  expect(end.leftovers).toEqual([])
  await expectNothingGivenAway(end, {
    bucket,
    secrets: { password: world.cluster.password, 'secret key': world.server.secretAccessKey },
  })
}

async function expectBuried(): Promise<void> {
  expect(bucket.peek.uploads()).toEqual([])
  expect(bucket.peek.keys('strongroom/backups/')).toEqual([])
  const { backups } = await bucket.manifest()
  expect(backups).toMatchObject([{ status: 'FAILED', fileSize: 0 }])
}

describe.each(['SIGINT', 'SIGTERM'] as const)('a backup that %s reaches', (signal) => {
  it('before anything was asked of the bucket', async () => {
    const arrived = hangAt(undefined)
    const step = await startBackup(arrived)
    step.signal(signal)
    const end = await step.ended
    await expectCancelled(end)
    expect(end.outputs['reason-code']).toBe('cancelled')
    expect(bucket.peek.keys()).toEqual([])
  })

  it('during the dump', async () => {
    await lockTable()
    const step = await startBackup(duringDump)
    step.signal(signal)
    const end = await step.ended
    await expectCancelled(end)
    expect(end.outputs).toMatchObject({ 'reason-code': 'cancelled', status: 'FAILED' })
    await expectBuried()
    expect(await runPost(step, request)).toMatchObject({ code: 0 })
    await expectBuried()
  })

  it('during a dump that is stopped dead', async () => {
    await lockTable()
    const step = await startBackup(duringDump)
    for (const pid of clientsOf(world.cluster.port, 'pg_dump')) process.kill(pid, 'SIGSTOP')
    step.signal(signal)
    await expectCancelled(await step.ended)
    await expectBuried()
  })

  it('during an upload that hangs', async () => {
    const step = await startBackup(hangAt('UploadPart'))
    step.signal(signal)
    const end = await step.ended
    await expectCancelled(end)
    await expectBuried()
  })

  it('during the completion of the upload', async () => {
    const step = await startBackup(hangAt('CompleteMultipartUpload'))
    step.signal(signal)
    const end = await step.ended
    await expectCancelled(end)
    await expectBuried()
  })

  it('while nothing answers any more, and post does the rest', async () => {
    await lockTable()
    const step = await startBackup(duringDump)
    hangAt(undefined)
    step.signal(signal)
    const end = await step.ended
    await expectCancelled(end)
    expect(bucket.peek.uploads()).toHaveLength(1)
    world.server.faults.clear()
    const post = await runPost(step, request)
    expect(post, post.stdout).toMatchObject({ code: 0 })
    await expectBuried()
  })
})

describe('a backup whose database says nothing', () => {
  it('ends at once where it is cancelled', async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)))
    releases.push(async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((fulfil) => server.close(fulfil))
    })
    await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil))
    const { port } = server.address() as AddressInfo
    bucket = world.newBucket()
    const url = `postgres://shop:secret@127.0.0.1:${port}/shop?connect_timeout=60`
    request = { inputs: { ...bucket.inputs, 'database-url': url } }
    const step = await startStep(world.folder, request)
    await expect.poll(() => sockets.size, { timeout: 30_000 }).toBeGreaterThan(0)
    step.signal('SIGINT')
    await expectCancelled(await step.ended)
    await expectBuried()
  })
})

describe('a backup that is cancelled at its commit', () => {
  it('before the record: nothing counts', async () => {
    const step = await startBackup(hangAt('PutObject', /backup\.json$/))
    step.signal('SIGINT')
    await expectCancelled(await step.ended)
    expect(bucket.peek.uploads()).toEqual([])
    const { backups } = await bucket.manifest()
    expect(backups).toMatchObject([{ status: 'FAILED' }])
  })

  it('with a record that arrived and was not answered: it counts', async () => {
    const fault = world.server.faults.add({
      kind: 'hang-after',
      operation: 'PutObject',
      key: /backup\.json$/,
    })
    const step = await startBackup(() =>
      expect.poll(() => fault.struck(), { timeout: 30_000 }).toBe(1),
    )
    await expect
      .poll(() => bucket.peek.keys().some((key) => key.endsWith('backup.json')))
      .toBe(true)
    step.signal('SIGINT')
    const end = await step.ended
    expect(end.outputs, end.stdout).toMatchObject({ status: 'COMPLETED' })
    await runPost(step, request)
    expect((await bucket.manifest()).backups).toMatchObject([{ status: 'COMPLETED' }])
  })

  it('after the record: it counts, and says so', async () => {
    const step = await startBackup(async () => {
      const arrived = () =>
        expect
          .poll(() => bucket.peek.keys().some((key) => key.endsWith('backup.json')), {
            timeout: 30_000,
            interval: 5,
          })
          .toBe(true)
      world.server.faults.add({
        kind: 'hang',
        times: always,
        operation: ['PutObject', 'GetObject'],
        where: ({ key }) =>
          key.endsWith('manifest.json') &&
          bucket.peek.keys().some((each) => each.endsWith('backup.json')),
      })
      await arrived()
    })
    step.signal('SIGINT')
    const end = await step.ended
    // Not everything was done, but what was done stands: no 130, which would read as "nothing happened".
    expect(end, end.stdout).toMatchObject({ code: 1, outputs: { status: 'COMPLETED' } })
    expect(end.elapsedMs).toBeLessThan(endMaxMs)
    world.server.faults.clear()
    const post = await runPost(step, request)
    expect(post, post.stdout).toMatchObject({ code: 0 })
    const { backups } = await bucket.manifest()
    expect(backups, post.stdout).toMatchObject([{ status: 'COMPLETED' }])
  })
})

describe('post', () => {
  it('finishes what a main that was killed during the dump left', async () => {
    await lockTable()
    const step = await startBackup(duringDump)
    step.signal('SIGKILL')
    const end = await step.ended
    expect(end.signal).toBe('SIGKILL')
    expect(end.leftovers).not.toEqual([])
    expect(bucket.peek.uploads()).toHaveLength(1)
    const post = await runPost(step, request)
    expect(post, post.stdout).toMatchObject({ code: 0, leftovers: [] })
    await expectBuried()
    // The runner itself ends processes that a job left; here nobody does.
    for (const pid of clientsOf(world.cluster.port, 'pg_dump')) process.kill(pid, 'SIGKILL')
  })

  it('finishes what a main that was killed during the upload left', async () => {
    const step = await startBackup(hangAt('UploadPart'))
    step.signal('SIGKILL')
    await step.ended
    world.server.faults.clear()
    const post = await runPost(step, request)
    expect(post, post.stdout).toMatchObject({ code: 0, leftovers: [] })
    await expectBuried()
  })

  it('enters a backup as COMPLETED that main had committed before it was killed', async () => {
    const committed = () => bucket.peek.keys().some((key) => key.endsWith('backup.json'))
    const step = await startBackup(async () => {
      world.server.faults.add({
        kind: 'hang',
        times: always,
        operation: ['PutObject', 'GetObject'],
        where: ({ key }) => key.endsWith('manifest.json') && committed(),
      })
      await expect.poll(committed, { timeout: 30_000, interval: 5 }).toBe(true)
    })
    step.signal('SIGKILL')
    await step.ended
    world.server.faults.clear()
    const post = await runPost(step, request)
    expect(post, post.stdout).toMatchObject({ code: 0, leftovers: [] })
    expect((await bucket.manifest()).backups).toMatchObject([{ status: 'COMPLETED' }])
  })

  it('says what it could not do, and fails', async () => {
    const step = await startBackup(hangAt('UploadPart'))
    step.signal('SIGKILL')
    await step.ended
    world.server.faults.clear()
    world.server.faults.add({ kind: 'denied', times: always })
    const post = await runPost(step, request)
    expect(post.code).toBe(1)
    expect(post.stdout).toMatch(/^::(warning|error) .*Cannot |^::warning::Cannot /m)
    expect(post.stderr).toBe('')
  })
})
