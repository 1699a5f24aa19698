import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { findLeaks, readMasks } from '../support/acceptance/leaks.ts'
import { type StepEnd, startStep } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { watchArguments } from '../support/acceptance/watch-arguments.ts'

/** Of every character that somebody in between gives a meaning to. */
const password = 'p@ss/w:rd?#%41&\'"$(id)`\\é🐘 {}'
const sessionToken = 'FwoGZXIvYXdzEBYaDHRva2Vu/of+this=test=='
const githubToken = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'
const smtpPassword = 'smtp p@ss%20word'

let world: World
let bucket: Bucket
let database = ''
let secrets: Record<string, string> = {}

beforeAll(async () => {
  world = await startWorld({
    server: { sessionToken, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  })
  bucket = world.newBucket()
  database = await world.newDatabase()
  const literal = `E'${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  const roles = `
    CREATE ROLE "ow ner" LOGIN SUPERUSER PASSWORD ${literal};
    CREATE ROLE "stran ger" LOGIN PASSWORD ${literal};`
  await world.cluster.query('postgres', roles)
  const url = urlOf('ow ner')
  secrets = {
    password,
    url,
    'session token': sessionToken,
    'GitHub token': githubToken,
    'mail password': smtpPassword,
    'secret key': world.server.secretAccessKey,
  }
})
afterAll(async () => {
  await world?.close()
})

function urlOf(user: string): string {
  return world.cluster.url(database, { user, password })
}

/** A command with every secret that there is, under watch. */
async function command(
  name: string,
  given: Readonly<Record<string, string>> = {},
): Promise<StepEnd> {
  const step = await startStep(world.folder, {
    inputs: {
      ...bucket.inputs,
      command: name,
      'database-url': urlOf('ow ner'),
      'smtp-password': smtpPassword,
      'github-token': githubToken,
      'backup-id': ['verify', 'restore', 'delete'].includes(name) ? 'latest' : '',
      ...given,
    },
    // Debug logging must not loosen anything.
    environment: { RUNNER_DEBUG: '1' },
  })
  const watch = watchArguments(step.pid)
  const end = await step.ended
  expect(findLeaks(secrets, watch.stop())).toEqual([])
  await expectNothingGivenAway(end, { bucket, secrets })
  return end
}

describe('no secret leaves by any way, in any form', () => {
  it('in what goes well', async () => {
    expect(await command('backup')).toMatchObject({ code: 0 })
    expect(await command('list')).toMatchObject({ code: 0 })
    expect(await command('verify', { level: 'restore' })).toMatchObject({ code: 0 })
    const given = { confirm: database, 'restore-delay-seconds': '0', jobs: '2' }
    const restored = await command('restore', given)
    expect(restored, restored.stdout).toMatchObject({ code: 0 })
    expect(await command('cleanup')).toMatchObject({ code: 0 })
    // Nobody is there to be asked by the token, and the doctor would try long.
    await command('doctor', { 'github-token': '' })
  })

  it('in what does not', async () => {
    const denied = await command('backup', { 'database-url': urlOf('stran ger') })
    expect(denied, denied.stdout).toMatchObject({ code: 1 })
    const restored = await command('restore', {
      'database-url': urlOf('stran ger'),
      confirm: database,
      'restore-delay-seconds': '0',
    })
    expect(restored, restored.stdout).toMatchObject({ code: 1 })
    const sql = {
      level: 'restore',
      'verify-sql': `SELECT '${password.replaceAll("'", "''")}'::int = 1`,
    }
    expect(await command('verify', sql)).toMatchObject({ code: 1 })
    const tls = await command('backup', {
      'database-url': `${urlOf('ow ner')}?sslmode=verify-full`,
    })
    expect(tls).toMatchObject({ code: 1 })
  })

  it('though a backup were named after one', async () => {
    const end = await command('backup', { tables: password })
    expect(end).toMatchObject({ code: 1 })
  })

  it('and the runner is told of all of them first', async () => {
    const { stdout } = await command('list')
    const { masks, comeFirst } = readMasks(stdout)
    expect(comeFirst).toBe(true)
    for (const secret of Object.values(secrets)) expect(masks).toContain(secret)
    expect(masks).toContain(encodeURIComponent(password))
  })
})
