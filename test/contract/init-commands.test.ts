import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectGitHub } from '../../action/github/connect-github.ts'
import { readProtection } from '../../action/github/read-protection.ts'
import { readCall } from '../support/gh/read-call.ts'
import { type RepositoryState, seedRepository } from '../support/github/resources/repositories.ts'
import { seedUser, type UserState } from '../support/github/resources/users.ts'
import { type FakeGitHub, startFakeGitHub } from '../support/github/start-fake-github.ts'
import { seedToken } from '../support/github/tokens.ts'
import { readWorkflows } from '../support/read-workflows.ts'

/** No bound that the shell is held to: only an end for one that hangs, on whatever machine. */
const hangMs = 60_000

const root = resolve(import.meta.dirname, '../..')

let folder = ''
let github: FakeGitHub
let repository: RepositoryState
let reviewer: UserState

async function open(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-init-'))
  // What is no request that GitHub describes, its method, path or body, makes `close` throw.
  github = await startFakeGitHub()
  repository = seedRepository(github.world, 'acme/shop')
  reviewer = seedUser(github.world, 'rev-iewer')
}

async function close(): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  await github.close()
}

/** The block of commands that `npm run init` prints for a checkout of acme/shop. */
function printBlock(): string {
  const git = (...words: string[]) =>
    expect(spawnSync('git', words, { cwd: folder }).status).toBe(0)
  git('init', '--quiet')
  git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
  git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')
  const { INIT_CWD: _, ...env } = process.env
  const words = [join(root, 'scripts/init.ts'), '.', '--dry-run']
  const { stdout } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', env })
  const [, block = ''] = /with your own for .+:\n\n([\s\S]+)\n\nThen commit /.exec(stdout) ?? []
  return block
}

/** What a person puts for the words in capitals. */
const answers = { REVIEWER: 'rev-iewer', BUCKET: 'vault', ACCOUNT: 'abc', REGION: 'eu-west-1' }

function fillIn(block: string): string {
  return Object.entries(answers).reduce(
    (text, [word, answer]) => text.replaceAll(new RegExp(`\\b${word}\\b`, 'g'), answer),
    block,
  )
}

/** What a person types when a command asks for a secret, in the order of the lines. */
const typed = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'] as const

/** Lets a shell carry out the block, with the stand-in where gh would be. */
async function carryOut(shell: string, block: string) {
  const gh = join(folder, 'gh')
  const main = join(root, 'test/support/gh/main.ts')
  writeFileSync(gh, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 })
  writeFileSync(join(folder, 'block'), block)
  writeFileSync(join(folder, 'typed'), typed.map((line) => `${line}\n`).join(''))
  const token = seedToken(github.world, {
    administration: 'write',
    environments: 'write',
    secrets: 'write',
    variables: 'write',
  })
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    GH_API_URL: github.apiUrl,
    GH_TOKEN: token,
  }
  const input = openSync(join(folder, 'typed'), 'r')
  const child = spawn(shell, ['-eu', join(folder, 'block')], {
    env,
    stdio: [input, 'ignore', 'pipe'],
  })
  closeSync(input)
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const status = await new Promise((done, fail) => child.on('close', done).on('error', fail))
  return { status, stderr }
}

/** What the doctor says of the environment of restores. */
async function askDoctor() {
  const token = seedToken(github.world, { actions: 'read', contents: 'read' })
  const connected = connectGitHub({
    token,
    apiUrl: github.apiUrl,
    repository: 'acme/shop',
    sleep: async () => {},
  })
  return await readProtection(connected, { environments: ['database-restore'], workflows: [] })
}

describe.each(['sh', 'bash'])(
  'the commands that npm run init prints, carried out by %s',
  (shell) => {
    let block = ''
    let end: Awaited<ReturnType<typeof carryOut>>
    beforeAll(async () => {
      await open()
      block = printBlock()
      end = await carryOut(shell, fillIn(block))
    }, hangMs)
    afterAll(close)

    it('set everything as it must be', () => {
      expect(end).toEqual({ status: 0, stderr: '' })
      expect(Object.fromEntries(repository.environments)).toEqual({
        'database-backup': expect.objectContaining({
          reviewers: undefined,
          branchPolicy: 'custom',
          branchNames: ['trunk'],
          waitMinutes: 0,
          secrets: {
            DATABASE_URL: 'one',
            BACKUP_ACCESS_KEY_ID: 'two',
            BACKUP_SECRET_ACCESS_KEY: 'three',
          },
        }),
        'database-restore': expect.objectContaining({
          reviewers: [reviewer],
          preventsSelfReview: true,
          branchPolicy: 'custom',
          branchNames: ['trunk'],
          secrets: {
            RESTORE_DATABASE_URL: 'four',
            BACKUP_ACCESS_KEY_ID: 'five',
            BACKUP_SECRET_ACCESS_KEY: 'six',
          },
        }),
      })
      expect(repository.secrets).toEqual({
        BACKUP_READER_ACCESS_KEY_ID: 'seven',
        BACKUP_READER_SECRET_ACCESS_KEY: 'eight',
      })
      expect(repository.variables).toEqual({
        BACKUP_BUCKET: 'vault',
        BACKUP_ENDPOINT: 'https://abc.r2.cloudflarestorage.com',
        BACKUP_REGION: 'eu-west-1',
      })
    })

    it('leave the doctor nothing to say but what they say is left to do by hand', async () => {
      expect(block).toContain('by hand, since no command does it')
      expect(await askDoctor()).toEqual([
        expect.objectContaining({
          state: 'failed',
          text: expect.stringContaining('administrators may bypass the rules'),
        }),
      ])
      const environment = repository.environments.get('database-restore')
      if (environment) environment.canAdminsBypass = false
      expect(await askDoctor()).toEqual([
        { name: 'environment database-restore', state: 'ok', text: 'has required reviewers' },
      ])
    })

    it('give each job of the workflows every secret and variable that it reads, and no job others', async () => {
      const written = ['database-backup', 'database-restore', 'database-commands']
      const files = (await readWorkflows()).filter(({ path }) =>
        written.some((name) => path === `examples/${name}.yml`),
      )
      expect(files).toHaveLength(written.length)
      const read = new Set<string>()
      for (const job of files.flatMap(({ workflow }) => Object.values(workflow.jobs))) {
        const own = repository.environments.get(job.environment ?? '')
        const has = {
          secrets: { ...repository.secrets, ...own?.secrets },
          vars: { ...repository.variables, ...own?.variables },
        }
        for (const [, kind = '', name = ''] of JSON.stringify(job).matchAll(
          /\b(secrets|vars)\.(\w+)/g,
        )) {
          expect(has[kind as keyof typeof has], `${kind}.${name}`).toHaveProperty(name)
          read.add(`${own?.name ?? ''} ${name}`)
        }
      }
      const set = [...repository.environments.values()].flatMap(({ name, secrets }) =>
        Object.keys(secrets).map((secret) => `${name} ${secret}`),
      )
      expect(set.filter((one) => !read.has(one))).toEqual([])
    })
  },
)

describe('the commands that npm run init prints', () => {
  beforeAll(open)
  afterAll(close)

  it('have comments on lines of their own, of nothing that a shell without comments would obey', () => {
    const lines = printBlock().split('\n')
    const comments = lines.filter((line) => line.includes('#'))
    expect(comments.length).toBeGreaterThan(4)
    for (const line of comments) expect(line).toMatch(/^# [\w ,.:"-]+$/)
  })
})

describe('the stand-in for gh', () => {
  it.each([
    [['variable', 'put', 'A'], 'unknown command "variable put"'],
    [['api', 'users/a', '--body', 'x'], "Unknown option '--body'"],
    [['secret', 'set', 'A', '--input', '-'], "Unknown option '--input'"],
    [['variable', 'set', 'A', '--repo'], "'-R, --repo <value>' argument missing"],
    [['variable', 'set', 'A', '#', 'not', 'for', 'AWS'], 'takes 1 argument, received 5'],
  ])('refuses %j, as gh does', (words, message) => {
    expect(() => readCall(words)).toThrow(message)
  })

  it.each([
    [
      'a field that GitHub does not take',
      `echo '{"reviewer":1}' | gh api -X PUT repos/acme/shop/environments/x --input -`,
    ],
    ['a path that GitHub does not know', 'gh api -X PUT repos/acme/shop/environment/x -f a=b'],
    [
      'a branch by another name',
      'gh api -X POST repos/acme/shop/environments/x/deployment-branch-policies -f branch=main',
    ],
  ])('lets the test fail at %s', async (_name, line) => {
    await open()
    await carryOut('sh', line)
    await expect(close()).rejects.toThrow('The fake GitHub met')
  })
})
