import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectBadEnd, expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { hideFolder } from '../support/acceptance/namespace.ts'
import { runStep } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { findFreePort } from '../support/postgres/free-port.ts'

/** Every character that a URL, a password file, a shell, JSON or a log command gives a meaning to. */
const password = 'p@ss/w:rd?#%41&\'"$(id)`\\é🐘 {}'
const login = { user: 'back"up@role', password }
const quotedUser = '"back""up@role"'

let world: World
let database = ''

beforeAll(async () => {
  world = await startWorld()
  database = await world.newDatabase()
  const literal = `'${password.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  await world.cluster.query(
    'postgres',
    `CREATE ROLE ${quotedUser} LOGIN SUPERUSER PASSWORD E${literal}`,
  )
})
afterAll(async () => {
  await world?.close()
})

/** What may be in nothing that is said, for a database URL. */
function secretsOf(bucket: Bucket, url: string): Record<string, string> {
  return { url, 'secret key': bucket.inputs['secret-access-key'] ?? '' }
}

/** A backup of that URL into a new bucket. */
async function backUp(
  url: string,
  given: Readonly<Record<string, string>> = {},
  within: readonly string[] = [],
) {
  const bucket = world.newBucket()
  const inputs = { ...bucket.inputs, 'database-url': url, 'install-client': 'false', ...given }
  const end = await runStep(world.folder, { inputs, within })
  return { bucket, end }
}

describe('a database that cannot be had', () => {
  it('a password of every special character works, and is nowhere to be found', async () => {
    const url = world.cluster.url(database, login)
    const { bucket, end } = await backUp(url)
    expect(end.code, end.stdout).toBe(0)
    await expectNothingGivenAway(end, { bucket, secrets: { password, ...secretsOf(bucket, url) } })
  })
  it('wrong password', async () => {
    const wrong = `not ${password}`
    const url = world.cluster.url(database, { ...login, password: wrong })
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'database_auth_failed',
      message: /password/i,
      bucket,
      secrets: { password: wrong, ...secretsOf(bucket, url) },
    })
  })
  it('missing user', async () => {
    const url = world.cluster.url(database, { user: 'nobody', password })
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'database_auth_failed',
      message: /user|role|password/,
      bucket,
      secrets: { password, ...secretsOf(bucket, url) },
    })
  })
  it('missing database', async () => {
    const url = world.cluster.url('no such database', login)
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'database_missing',
      message: /the server has none of that name/,
      bucket,
      secrets: { password, ...secretsOf(bucket, url) },
    })
  })
  it('nobody listens', async () => {
    const url = `postgres://u:${encodeURIComponent(password)}@127.0.0.1:${await findFreePort()}/shop`
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'database_unreachable',
      message: /Cannot connect to the database/,
      bucket,
      secrets: { password, ...secretsOf(bucket, url) },
    })
  })
})

describe('a server that is none', () => {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0
  let answer: (socket: Socket) => void = () => undefined
  beforeAll(async () => {
    const started = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      answer(socket)
    })
    await new Promise<void>((fulfil) => started.listen(0, '127.0.0.1', fulfil))
    server = started
    port = (started.address() as AddressInfo).port
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((fulfil) => server?.close(fulfil))
  })
  const url = (query = '') =>
    `postgres://u:${encodeURIComponent(password)}@127.0.0.1:${port}/shop${query}`

  it.each([
    ['closes at once', (socket: Socket) => socket.end(), ''],
    ['is a web server', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), ''],
    ['says nothing', () => undefined, '?connect_timeout=2'],
    [
      'has no TLS where it is asked for',
      (socket: Socket) => socket.once('data', () => socket.write('N')),
      '?sslmode=require',
    ],
  ])('%s', async (_name, behaviour, query) => {
    answer = behaviour
    const { bucket, end } = await backUp(url(query))
    await expectBadEnd(end, {
      reasonCode: query.includes('sslmode') ? 'database_tls_failed' : 'database_unreachable',
      message: /Cannot connect to the database/,
      bucket,
      secrets: { password, ...secretsOf(bucket, url(query)) },
    })
  })
})

describe('a database URL that is none', () => {
  it.each([
    ['no URL', 'hunter2hunter2'],
    ['another scheme', 'mysql://shop:hunter2hunter2@db.example.com/shop'],
    ['a raw @ in the password', 'postgres://shop:hunter2@hunter2@db.example.com/shop'],
    ['a raw / in the password', 'postgres://shop:hunter2/hunter2@db.example.com/shop'],
    ['a raw # in the password', 'postgres://shop:hunter2#hunter2@db.example.com/shop'],
    ['a raw ? in the password', 'postgres://shop:hunter2?hunter2=1@db.example.com/shop'],
    ['a broken escape', 'postgres://shop:hunter2%zzhunter2@db.example.com/shop'],
    [
      'an unknown parameter',
      'postgres://shop:hunter2hunter2@db.example.com/shop?tok=hunter2hunter2',
    ],
    ['key=value', 'host=db.example.com password=hunter2hunter2 dbname=shop'],
    ['no database', 'postgres://shop:hunter2hunter2@db.example.com/'],
    ['a port that is none', 'postgres://shop:hunter2hunter2@db.example.com:hunter2/shop'],
  ])('%s', async (_name, url) => {
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'database_url_invalid',
      message: /^Cannot read the database URL: /,
      bucket,
      secrets: {
        ...secretsOf(bucket, url),
        piece: 'hunter2',
        host: 'db.example',
      },
    })
  })
  it.each([
    'postgres://shop:hunter2hunter2@ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech/shop',
    'postgres://postgres.abc:hunter2hunter2@aws-0-eu-central-1.pooler.supabase.com:6543/postgres',
    'postgres://shop:hunter2hunter2@db.example.com:6432/shop',
    'postgres://shop:hunter2hunter2@db.example.com/shop?pgbouncer=true',
  ])('a transaction pooler: %s', async (url) => {
    const { bucket, end } = await backUp(url)
    await expectBadEnd(end, {
      reasonCode: 'transaction_pooler',
      message: /transaction pooler/,
      bucket,
      secrets: { ...secretsOf(bucket, url), password: 'hunter2' },
    })
  })
})

describe('a hostile name', () => {
  it.each([
    'dbname=x host=y.invalid',
    'postgresql://y.invalid/x?sslmode=disable',
    '--file=/tmp/strongroom-hostile-file',
    'it\'s "quoted" `id` $(id)',
    'new\nline\r\n::error::forged ##[error]forged',
    '🐘 данные',
    '../../etc/passwd',
    '%s %41 {"a":1}',
  ])('%j is backed up, and nothing else', async (name) => {
    await world.newDatabase('CREATE TABLE only_here AS SELECT 1 AS a', name)
    const { bucket, end } = await backUp(world.cluster.url(name, login))
    expect(end.code, end.stdout).toBe(0)
    expect(end.result.backup).toMatchObject({ database: name, tables: { 'public.only_here': 1 } })
    expect(end.stdout).not.toMatch(/^::error|^ *##\[/m)
    expect(end.outputs['filename']).toMatch(/^[A-Za-z0-9_.-]+$/)
    expect(bucket.peek.keys().every((key) => /^[\w./-]+$/.test(key))).toBe(true)
  })
})

describe('client programs', () => {
  it('missing', async () => {
    const { bucket, end } = await backUp(
      world.cluster.url(database, login),
      {},
      hideFolder('/usr/lib/postgresql'),
    )
    await expectBadEnd(end, {
      reasonCode: 'client_missing',
      message: /pg_dump/,
      bucket,
      secrets: { password, ...secretsOf(bucket, world.cluster.url(database, login)) },
    })
    expect(end.result.hint).toContain(`postgresql-client-${world.cluster.major}`)
  })
  it('too old', async () => {
    const folder = join(world.folder, 'old')
    await mkdir(folder)
    for (const program of ['pg_dump', 'psql', 'pg_restore']) {
      await writeFile(join(folder, program), `#!/bin/sh\necho "${program} (PostgreSQL) 12.3"\n`, {
        mode: 0o755,
      })
    }
    const bucket = world.newBucket()
    const url = world.cluster.url(database, login)
    const end = await runStep(world.folder, {
      inputs: { ...bucket.inputs, 'database-url': url, 'install-client': 'false' },
      within: hideFolder('/usr/lib/postgresql'),
      environment: { PATH: `${folder}:/usr/bin:/bin` },
    })
    await expectBadEnd(end, {
      reasonCode: 'client_too_old',
      message: /12\.3/,
      bucket,
      secrets: { password, ...secretsOf(bucket, url) },
    })
  })
})
