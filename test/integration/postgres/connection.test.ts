import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import { parseConnectionUrl } from '../../../action/postgres/connection-settings.ts'
import { openConnection } from '../../../action/postgres/open-connection.ts'
import { findFreePort } from '../../support/postgres/free-port.ts'
import { openSourceUnderTest, readAll } from '../../support/postgres/source-under-test.ts'
import { type Cluster, startCluster } from '../../support/postgres/start-cluster.ts'

const run = promisify(execFile)

let cluster: Cluster
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-test-'))
  // One key and one certificate, its own authority, for "localhost" alone.
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
    ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')],
  ])
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  cluster = await startCluster({
    settings: { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
    files: { 'server.crt': await read('certificate.pem'), 'server.key': await read('key.pem') },
  })
  await cluster.createDatabase('closed')
  await cluster.query(
    'postgres',
    `CREATE ROLE nobody LOGIN PASSWORD 'nobody''s'; REVOKE CONNECT ON DATABASE closed FROM PUBLIC`,
  )
})
afterAll(async () => {
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What a connection says of itself, or the failure with all its texts. */
async function connect(url: string) {
  try {
    const client = await openConnection(parseConnectionUrl(url))
    const { rows } = await client.query(
      `SELECT current_database() AS database, current_setting('search_path') AS search_path,
              current_setting('work_mem') AS work_mem,
              (SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()) AS encrypted`,
    )
    await client.end()
    return rows[0]
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { code: error.code, text: `${error.message} ${error.hint} ${error.cause}` }
  }
}

/** The cluster's URL by name instead of address, with parameters. */
function urlOf(parameters: string, host = 'localhost'): string {
  return `${cluster.url().replace('127.0.0.1', host)}?${parameters}`
}

describe('openConnection', () => {
  it('trusts no search path and no inherited variable', async () => {
    process.env['PGOPTIONS'] = '-c work_mem=77MB'
    process.env['PGDATABASE'] = 'closed'
    onTestFinished(() => {
      delete process.env['PGOPTIONS']
      delete process.env['PGDATABASE']
    })
    expect(await connect(cluster.url())).toMatchObject({
      database: 'postgres',
      search_path: '',
      work_mem: '4MB',
    })
  })

  it('takes no inherited password for one that the URL lacks', async () => {
    process.env['PGPASSWORD'] = cluster.password
    onTestFinished(() => {
      delete process.env['PGPASSWORD']
    })
    const url = `postgres://postgres@127.0.0.1:${cluster.port}/postgres`
    expect(await connect(url)).toMatchObject({ code: 'database_auth_failed' })
  })

  it('passes the options of the URL on', async () => {
    const url = `${cluster.url()}?options=-c%20work_mem%3D55MB`
    expect(await connect(url)).toMatchObject({ work_mem: '55MB' })
  })

  it('opens another database of the same server', async () => {
    await cluster.createDatabase('other one')
    const client = await openConnection(parseConnectionUrl(cluster.url()), {
      database: 'other one',
    })
    const { rows } = await client.query('SELECT current_database() AS name')
    await client.end()
    expect(rows).toEqual([{ name: 'other one' }])
  })

  it('connects through a Unix socket', async () => {
    const { password, port, socketDirectory } = cluster
    const url = `postgres://postgres:${encodeURIComponent(password)}@:${port}/postgres?host=${socketDirectory}`
    expect(await connect(url)).toMatchObject({ encrypted: false })
    const source = openSourceUnderTest(url)
    onTestFinished(() => source.dispose())
    expect((await readAll((await source.start()).chunks)).length).toBeGreaterThan(0)
  })

  it.each([
    [
      'a wrong password',
      () => cluster.url('postgres', { user: 'postgres', password: 'quokka' }),
      'database_auth_failed',
    ],
    [
      'an unknown user',
      () => cluster.url('postgres', { user: 'walrus', password: 'quokka' }),
      'database_auth_failed',
    ],
    ['a missing database', () => cluster.url('walrus'), 'database_missing'],
    [
      'a database that may not be entered',
      () => cluster.url('closed', { user: 'nobody', password: "nobody's" }),
      'database_permission_denied',
    ],
    ['an unknown host', () => 'postgres://u:quokka@walrus.invalid/d', 'database_unreachable'],
    [
      'a missing socket',
      () => 'postgres://u:quokka@/d?host=/nonexistent/walrus',
      'database_unreachable',
    ],
  ])('explains %s without a value of the URL', async (_, url, code) => {
    const failure = await connect(url())
    expect(failure).toMatchObject({ code })
    expect(failure?.['text']).not.toMatch(/quokka|walrus|nobody's/)
    expect(failure?.['text']).toMatch(/^Cannot connect to the database: .+, expected /)
  })

  it('explains a closed port', async () => {
    const port = await findFreePort()
    expect(await connect(`postgres://u:p@127.0.0.1:${port}/d`)).toMatchObject({
      code: 'database_unreachable',
      text: expect.stringContaining('nothing listens on that host and port'),
    })
  })

  it('gives a server that never answers up, and follows its signal before that', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.close()
    })
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const url = `postgres://u:p@127.0.0.1:${port}/d?connect_timeout=1`
    expect(await connect(url)).toMatchObject({
      code: 'database_unreachable',
      text: expect.stringContaining('did not answer in time'),
    })
    const controller = new AbortController()
    server.once('connection', () => controller.abort(new Error('cancelled by a test')))
    const { signal } = controller
    await expect(openConnection(parseConnectionUrl(url), { signal })).rejects.toThrow(
      'cancelled by a test',
    )
  })

  it('cuts an open connection when its signal fires', async () => {
    const controller = new AbortController()
    const client = await openConnection(parseConnectionUrl(cluster.url()), {
      signal: controller.signal,
    })
    const asked = client.query('SELECT pg_sleep(600)')
    controller.abort()
    await expect(asked).rejects.toThrow()
    await client.end()
  })
})

describe('openConnection: encryption', () => {
  it.each([
    ['disable', false],
    ['allow', false],
    ['prefer', true],
    ['require', true],
  ])('does sslmode=%s as libpq does', async (mode, encrypted) => {
    expect(await connect(urlOf(`sslmode=${mode}`))).toMatchObject({ encrypted })
  })

  it('verifies with the root certificate of the URL, in pg_dump as well', async () => {
    for (const mode of ['verify-full', 'verify-ca', 'require']) {
      const url = urlOf(`sslmode=${mode}&sslrootcert=${join(folder, 'certificate.pem')}`)
      expect(await connect(url)).toMatchObject({ encrypted: true })
      const source = openSourceUnderTest(url)
      onTestFinished(() => source.dispose())
      expect((await readAll((await source.start()).chunks)).length).toBeGreaterThan(0)
    }
  })

  it('refuses a certificate that the system does not trust', async () => {
    for (const mode of ['verify-full', 'verify-ca']) {
      expect(await connect(urlOf(`sslmode=${mode}`))).toMatchObject({
        code: 'database_tls_failed',
        text: expect.stringContaining('sslrootcert'),
      })
    }
  })

  it('refuses a certificate of another name under verify-full alone', async () => {
    const root = `sslrootcert=${join(folder, 'certificate.pem')}`
    expect(await connect(urlOf(`sslmode=verify-full&${root}`, '127.0.0.1'))).toMatchObject({
      code: 'database_tls_failed',
      text: expect.stringContaining('another host'),
    })
    expect(await connect(urlOf(`sslmode=verify-ca&${root}`, '127.0.0.1'))).toMatchObject({
      encrypted: true,
    })
  })

  it('refuses a root certificate that cannot be read', async () => {
    expect(await connect(urlOf('sslmode=verify-ca&sslrootcert=/nonexistent/walrus'))).toMatchObject(
      {
        code: 'database_tls_failed',
        text: expect.stringContaining('sslrootcert cannot be read'),
      },
    )
  })

  it('goes without where the server offers none and that is allowed', async () => {
    const plain = await startCluster()
    onTestFinished(() => plain.stop())
    expect(await connect(`${plain.url()}?sslmode=prefer`)).toMatchObject({ encrypted: false })
    expect(await connect(`${plain.url()}?sslmode=require`)).toMatchObject({
      code: 'database_tls_failed',
      text: expect.stringContaining('?sslmode=disable'),
    })
  })
})
