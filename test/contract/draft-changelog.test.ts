import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWorkflows } from '../support/read-workflows.ts'

const script = resolve(import.meta.dirname, '../../scripts/draft-changelog.ts')
const writtenByHand = `# Changelog

All notable changes.

## Unreleased

### Added

- By hand, of the time before.
`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-changelog-'))
  git('init', '--quiet', '--initial-branch', 'main')
  writeFileSync(join(folder, 'CHANGELOG.md'), writtenByHand)
  git('add', 'CHANGELOG.md')
  commit('Write the first words')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function git(...words: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@project.example']
  const { status, stdout, stderr } = spawnSync('git', [...who, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  expect({ status, stderr }).toMatchObject({ status: 0 })
  return stdout.trim()
}

/** A new commit; its id as the changelog names it. */
function commit(message: string): string {
  git('commit', '--quiet', '--allow-empty', '--message', message)
  return git('rev-parse', 'HEAD').slice(0, 7)
}

function run(cwd: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    cwd,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const draft = (version: string) => run(folder, '--version', version)
const check = (version: string) => run(folder, '--version', version, '--check')
const path = () => join(folder, 'CHANGELOG.md')
const read = () => readFileSync(path(), 'utf8').replace(/\d{4}-\d\d-\d\d/g, '<date>')

describe('the release', () => {
  it('asks whether the section tells of every commit, with all of the history', async () => {
    const release = (await readWorkflows()).find(({ path }) => path.endsWith('/release.yml'))
    const steps = release?.workflow.jobs['prove']?.steps ?? []
    expect(steps[0]?.with).toMatchObject({ 'fetch-depth': 0 })
    expect(steps.map(({ run }) => run)).toContain(
      'npm exec -- node scripts/draft-changelog.ts --version "$VERSION" --check',
    )
  })
})

describe('draft-changelog', () => {
  it('puts each commit that users notice into its group, behind what was written by hand', () => {
    const added = commit('feat(restore): keep the old database')
    const fixed = commit('fix: count empty tables\n\nThey were left out.')
    const faster = commit('perf(backup): hash on another core')
    const rebuilt = commit('refactor: read the plan once')
    const broken = commit('feat(list)!: name the field "size"')
    const footed = commit(
      'chore: drop the old door\n\nBREAKING CHANGE: start it\nas `npm run bot`\n\nRefs: 7',
    )
    for (const type of ['docs', 'test', 'chore', 'build', 'ci']) commit(`${type}: say nothing`)
    commit('Merge what came late')
    expect(draft('0.1.0')).toMatchObject({ status: 0, stderr: '' })
    expect(read()).toBe(`# Changelog

All notable changes.

## Unreleased

## 0.1.0 - <date>

### Breaking

- list: name the field "size" (${broken})
- start it as \`npm run bot\` (${footed})

### Added

- By hand, of the time before.
- restore: keep the old database (${added})

### Changed

- backup: hash on another core (${faster})
- read the plan once (${rebuilt})

### Fixed

- count empty tables (${fixed})
`)
    expect(check('0.1.0')).toMatchObject({ status: 0, stderr: '' })
  })

  it('starts behind the last release, which a tag that moves is not, and names what is in no form', () => {
    commit('feat: come with the first one')
    git('tag', 'v0.9.0')
    commit('feat: come with the second one')
    git('tag', 'v0.10.0')
    const id = commit('fix: come with the third one')
    git('tag', 'v0')
    commit('Say it in no form')
    const { stdout } = draft('0.11.0')
    expect(stdout).toContain('for commits since v0.10.0: 1.')
    expect(stdout).toMatch(
      /! [0-9a-f]{7} is no conventional commit, so it is not told: Say it in no form/,
    )
    expect(read()).toContain(`### Fixed\n\n- come with the third one (${id})\n`)
    expect(read()).not.toContain('come with the second')
  })

  it('adds what came later, leaves alone what was worded anew, and keeps older sections', () => {
    writeFileSync(path(), `${writtenByHand}\n## 0.0.1 - 2026-01-01\n\n- Older.\n`)
    const first = commit('feat: one')
    const second = commit('feat: two')
    draft('0.1.0')
    const reworded = readFileSync(path(), 'utf8').replace(
      `- one (${first})\n- two (${second})`,
      `- Both at once (${first}, ${second}).`,
    )
    writeFileSync(path(), reworded)
    expect(check('0.1.0').status).toBe(0)
    const third = commit('fix: three')
    expect(check('0.1.0')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`- three (${third})`),
    })
    expect(draft('0.1.0').status).toBe(0)
    expect(readFileSync(path(), 'utf8')).toBe(
      reworded.replace(`${second}).\n`, `${second}).\n\n### Fixed\n\n- three (${third})\n`),
    )
    expect(check('0.1.0').status).toBe(0)
  })

  it('lets a release strike out a rebuilding, and nothing else', () => {
    const hidden = commit('refactor: move it')
    const needed = commit('feat: show it')
    draft('0.1.0')
    const text = readFileSync(path(), 'utf8')
    writeFileSync(path(), text.replace(`- move it (${hidden})\n`, ''))
    expect(check('0.1.0').status).toBe(0)
    writeFileSync(path(), text.replace(` (${needed})`, ''))
    expect(check('0.1.0')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('- show it'),
    })
  })

  it('refuses a part of the history, where nothing would be missing', () => {
    commit('feat: be told')
    const clone = join(folder, 'clone')
    git('clone', '--quiet', '--depth', '1', `file://${folder}`, clone)
    expect(run(clone, '--version', '0.1.0', '--check')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('expected all of it'),
    })
  })

  it.each([
    [['--check'], 'the version is ""'],
    [['--version', 'v1.2.3'], 'the version is "v1.2.3", expected one such as "1.2.3"'],
    [['--version', '0.1.0', '--check'], 'CHANGELOG.md has no such section'],
  ])('refuses %j', (words, message) => {
    const { status, stderr } = run(folder, ...words)
    expect(status).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
    expect(read()).toBe(writtenByHand)
  })
})
