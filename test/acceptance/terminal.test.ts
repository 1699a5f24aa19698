import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint } from '../integration/postgres/target/fingerprint.ts'
import { clientsOf } from '../support/acceptance/child-processes.ts'
import { holdTable, waitUntilBlocked } from '../support/acceptance/hold-table.ts'
import { findLeaks } from '../support/acceptance/leaks.ts'
import { runTerminal, startTerminal, type TerminalEnd } from '../support/acceptance/run-terminal.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { watchArguments } from '../support/acceptance/watch-arguments.ts'

const escapeCode = '\u001b'

let world: World
let bucket: Bucket
let database = ''
let environment: Record<string, string> = {}

beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  await world?.close()
})

/** A new bucket and a new database. */
async function start(): Promise<void> {
  bucket = world.newBucket()
  database = await world.newDatabase()
  environment = { ...bucket.variables, DATABASE_URL: world.cluster.url(database) }
}

/** A command through its script of package.json. */
async function npm(script: string, ...words: readonly string[]): Promise<TerminalEnd> {
  const end = await runTerminal(world.folder, { script, words, environment })
  expect(
    findLeaks(
      { password: world.cluster.password, 'secret key': world.server.secretAccessKey },
      end.stdout + end.stderr,
    ),
  ).toEqual([])
  expect(end.stdout + end.stderr).not.toContain(escapeCode)
  expect(end.leftovers).toEqual([])
  return end
}

async function door(...words: readonly string[]): Promise<TerminalEnd> {
  return await runTerminal(world.folder, { words, environment })
}

describe('the scripts of package.json', () => {
  it('do all that the Action does', async () => {
    await start()
    const good = await fingerprint(world.cluster, database)
    const made = await npm('backup:database', '--type=DAILY')
    expect(made, made.stderr).toMatchObject({ code: 0 })
    expect(made.stdout).toContain('gunzip')
    const [entry] = (await bucket.manifest()).backups
    const id = entry?.id ?? ''
    expect(made.stdout).toContain(id)

    const listed = await npm('backup:list', '--type=DAILY', '--status=COMPLETED', '--json')
    expect(listed.stderr).toBe('')
    expect(JSON.parse(listed.stdout)).toMatchObject({
      command: 'list',
      matching: 1,
      backups: [{ id }],
    })
    expect((await npm('backup:list')).stdout).toContain(id)
    expect(await npm('backup:verify', 'latest')).toMatchObject({ code: 0 })

    await world.cluster.query(database, 'DROP TABLE orders; DELETE FROM customers')
    const unconfirmed = await npm('backup:restore', 'latest', '--delay=0')
    expect(unconfirmed).toMatchObject({ code: 1, stdout: '' })
    expect(unconfirmed.stderr).toContain('expected the target')
    const restored = await npm('backup:restore', 'latest', '--delay=0', `--confirm=${database}`)
    expect(restored, restored.stderr).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, database)).toEqual(good)

    expect(await npm('backup:cleanup', '--dry-run')).toMatchObject({ code: 0 })
    expect(await npm('backup:repair')).toMatchObject({ code: 0 })
    const doctor = await npm('test:backup')
    expect(doctor, doctor.stdout + doctor.stderr).toMatchObject({ code: 0 })
    const deleted = await npm('backup:delete', id, '--force')
    expect(deleted, deleted.stderr).toMatchObject({ code: 0 })
    expect(bucket.peek.keys(`strongroom/backups/${id}/`)).toEqual([])
  })

  it('explain themselves with examples', async () => {
    environment = {}
    const commands = [
      'backup',
      'list',
      'restore',
      'verify',
      'cleanup',
      'delete',
      'repair',
      'doctor',
    ]
    for (const end of await Promise.all(commands.map((command) => door(command, '--help')))) {
      expect(end).toMatchObject({ code: 0, stderr: '' })
      expect(end.stdout).toMatch(/Usage: npm run [\s\S]*Options:[\s\S]*Examples:\n {2}npm run /)
    }
  })
})

describe('what cannot be read', () => {
  it('is said on stderr, without the value of a secret', async () => {
    await start()
    const url = 'postgres://shop:hunter2hunter2@127.0.0.1/shop'
    const [secret, typed, unknown, none] = await Promise.all([
      door('backup', `--database-url=${url}`),
      door('list', '--stauts=COMPLETED'),
      door('backupp'),
      door(),
    ])
    expect(secret).toMatchObject({ code: 1, stdout: '' })
    expect(secret.stderr).toContain('expected DATABASE_URL in the environment')
    expect(secret.stderr).not.toContain('hunter2')
    expect(typed).toMatchObject({ code: 1, stdout: '' })
    expect(typed.stderr).toContain('expected perhaps "--status"')
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(none).toMatchObject({ code: 0, stderr: '' })
    environment = {}
    const empty = await door('backup')
    expect(empty).toMatchObject({ code: 1, stdout: '' })
    expect(empty.stderr).toMatch(/DATABASE_URL[\s\S]*AWS_BACKUP_BUCKET/)
    expect(bucket.peek.keys()).toEqual([])
  })
})

describe('Ctrl-C', () => {
  it('during the dump: nothing is left, exit code 130', async () => {
    await start()
    const table = await holdTable(world.cluster, database, 'orders')
    const command = await startTerminal(world.folder, { words: ['backup'], environment })
    await waitUntilBlocked(world.cluster, database)
    command.signal('SIGINT')
    const end = await command.ended
    await table.release()
    expect(end, end.stderr).toMatchObject({ code: 130, leftovers: [], stdout: '' })
    expect(end.elapsedMs).toBeLessThan(10_000)
    expect(end.stderr).toContain('cancelled')
    expect(clientsOf(world.cluster.port, 'pg_dump')).toEqual([])
    expect(bucket.peek.uploads()).toEqual([])
    expect((await bucket.manifest()).backups).toMatchObject([{ status: 'FAILED' }])
  })

  it('twice: ends at once, and nothing is left on this machine', async () => {
    await start()
    const table = await holdTable(world.cluster, database, 'orders')
    const command = await startTerminal(world.folder, { words: ['backup'], environment })
    await waitUntilBlocked(world.cluster, database)
    world.server.faults.add({ kind: 'hang', times: Number.POSITIVE_INFINITY })
    command.signal('SIGINT')
    await expect
      .poll(() => clientsOf(world.cluster.port, 'pg_dump'), { timeout: 10_000 })
      .toEqual([])
    command.signal('SIGINT')
    const end = await command.ended
    await table.release()
    expect(end).toMatchObject({ code: 130, leftovers: [] })
    expect(end.elapsedMs).toBeLessThan(10_000)
  })
})

describe('a terminal at which somebody sits', () => {
  it('asks for the name before it replaces a database, and takes no other', async () => {
    await start()
    expect(await door('backup')).toMatchObject({ code: 0 })
    await world.cluster.query(database, 'DELETE FROM orders')
    const damaged = await fingerprint(world.cluster, database)
    const words = ['restore', 'latest', '--delay=0', '--safety-backup=false']
    const answer = async (text: string) => {
      const command = await startTerminal(world.folder, { words, environment, isTerminal: true })
      await command.said(/Type the name of the database/)
      command.type(`${text}\n`)
      return await command.ended
    }
    const wrong = await answer('another')
    expect(wrong.stdout).toContain('Nothing was restored')
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    const interrupted = await answer('\u0003')
    expect(interrupted, interrupted.stdout).toMatchObject({ code: 130 })
    expect(interrupted.stdout).toContain('cancelled')
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    const right = await answer(database)
    expect(right, right.stdout).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, database)).not.toEqual(damaged)
  })
})

describe('the list of processes', () => {
  it('shows no secret of a backup and a restore', async () => {
    await start()
    const password = "p@ss/w:rd?#%41&'x"
    await world.cluster.query(
      'postgres',
      `CREATE ROLE "ro le" LOGIN SUPERUSER PASSWORD '${password.replaceAll("'", "''")}'`,
    )
    const url = world.cluster.url(database, { user: 'ro le', password })
    environment = { ...environment, DATABASE_URL: url }
    for (const words of [['backup'], ['restore', 'latest', '--delay=0', `--confirm=${database}`]]) {
      const command = await startTerminal(world.folder, { words, environment })
      const watch = watchArguments(command.pid)
      const end = await command.ended
      const seen = watch.stop()
      expect(end, end.stderr).toMatchObject({ code: 0 })
      expect(watch.programs()).toContain('pg_dump')
      expect(
        findLeaks(
          { password, url, 'secret key': world.server.secretAccessKey },
          seen + end.stdout + end.stderr,
        ),
      ).toEqual([])
    }
  })
})
