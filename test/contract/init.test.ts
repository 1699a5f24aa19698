import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = resolve(import.meta.dirname, '../..')
const workflows = ['database-backup.yml', 'database-restore.yml', 'database-commands.yml']

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-init-'))
  git('init', '--quiet', '--initial-branch', 'main')
  git('remote', 'add', 'origin', 'https://github.example/acme/shop.git')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function git(...words: string[]): void {
  expect(spawnSync('git', words, { cwd: folder }).status).toBe(0)
}

function init(...words: string[]) {
  const script = join(root, 'scripts/init.ts')
  const { INIT_CWD: _, ...env } = process.env
  return spawnSync(process.execPath, [script, ...words], { cwd: folder, encoding: 'utf8', env })
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8')

describe('npm run init', () => {
  it('writes three workflows and the policy file, and names every secret and variable of them', () => {
    const { status, stdout } = init('.')
    expect(status).toBe(0)
    const texts = workflows.map((name) => read(`.github/workflows/${name}`))
    for (const text of texts) expect(parse(text)).toHaveProperty('jobs')
    expect(parse(read('.github/strongroom.yml'))).toMatchObject({ 'allow-unprotected': false })
    const used = texts.join('\n').matchAll(/\b(secrets|vars)\.(\w+)/g)
    const missing = [...used].filter(
      ([, kind, name]) =>
        name !== 'GITHUB_TOKEN' &&
        !stdout.includes(`gh ${kind === 'secrets' ? 'secret' : 'variable'} set ${name}`),
    )
    expect([...new Set(missing.map(([whole]) => whole))]).toEqual([])
    expect(stdout).toContain('--repo acme/shop')
  })

  it('changes nothing the second time, and leaves alone what is not its own', () => {
    expect(init('.').status).toBe(0)
    writeFileSync(join(folder, '.github/workflows/database-backup.yml'), 'name: mine\n')
    const { status, stdout } = init('.')
    expect(status).toBe(0)
    expect(read('.github/workflows/database-backup.yml')).toBe('name: mine\n')
    expect(stdout).toContain('! .github/workflows/database-backup.yml is there with other contents')
    expect(stdout).toContain('✓ .github/workflows/database-restore.yml is there already')
  })

  it('writes nothing in a dry run', () => {
    expect(init('.', '--dry-run').stdout).toContain('strongroom.yml would be written')
    expect(existsSync(join(folder, '.github'))).toBe(false)
  })

  it.each([
    [[], 'no folder is named'],
    [['.', 'there'], 'no folder is named'],
    [[tmpdir()], 'is in no git repository'],
    [[join(tmpdir(), 'no-such-folder')], 'there is no folder'],
    [[root], 'that is this repository'],
    [['--frobnicate'], "Unknown option '--frobnicate'"],
  ])('refuses %j', (words, message) => {
    const { status, stderr } = init(...words)
    expect(status).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })
})
