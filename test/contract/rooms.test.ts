import { execFile } from 'node:child_process'
import { cp, glob, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

const effectRooms = ['postgres', 'storage', 'stream', 'github', 'notify', 'runner'] as const

/** The SDKs, and the one room that may import each. */
const sdks: Readonly<Record<string, (typeof effectRooms)[number]>> = {
  pg: 'postgres',
  '@aws-sdk/client-s3': 'storage',
  '@smithy/types': 'storage',
  '@actions/github': 'github',
  '@octokit/core': 'github',
  nodemailer: 'notify',
  '@actions/core': 'runner',
}

interface Planted {
  readonly file: string
  readonly specifier: string
  readonly isAllowed: boolean
}

/** Every pair of room and import that the table of rooms speaks of. */
function plantAll(): readonly Planted[] {
  const planted: Planted[] = []
  const plant = (room: string, specifier: string, isAllowed: boolean) =>
    planted.push({ file: `action/${room}/planted-${planted.length}.ts`, specifier, isAllowed })
  plant('domain', 'zod', true)
  plant('domain', './backup.ts', true)
  for (const specifier of ['node:fs', ...Object.keys(sdks)]) plant('domain', specifier, false)
  for (const other of ['job/ports.ts', 'runner/read-inputs.ts', 'run.ts'])
    plant('domain', `../${other}`, false)
  plant('job', '../domain/backup.ts', true)
  plant('job', './ports.ts', true)
  for (const specifier of ['node:fs', ...Object.keys(sdks)]) plant('job', specifier, false)
  for (const room of effectRooms) plant('job', `../${room}/anything.ts`, false)
  plant('job', '../run.ts', false)
  for (const room of effectRooms) {
    plant(room, '../domain/backup.ts', true)
    plant(room, '../job/ports.ts', true)
    plant(room, 'node:fs', true)
    plant(room, '../job/back-up.ts', false)
    plant(room, '../run.ts', false)
    for (const [sdk, owner] of Object.entries(sdks)) plant(room, sdk, owner === room)
    for (const other of effectRooms)
      if (other !== room) {
        plant(room, `../${other}/anything.ts`, false)
        plant(`${room}/deeper`, `../../${other}/anything.ts`, false)
      }
  }
  const plantInBot = (folder: string, specifier: string, isAllowed: boolean) =>
    planted.push({ file: `${folder}/planted-${planted.length}.ts`, specifier, isAllowed })
  for (const specifier of ['zod', 'yaml', 'probot', '@octokit/auth-app', 'node:crypto'])
    plantInBot('bot', specifier, true)
  for (const [folder, up] of [
    ['bot', '..'],
    ['bot/deeper', '../..'],
  ] as const) {
    plantInBot(folder, `${up}/action/domain/backup.ts`, true)
    for (const room of ['job', ...effectRooms])
      plantInBot(folder, `${up}/action/${room}/anything.ts`, false)
    plantInBot(folder, `${up}/action/run.ts`, false)
  }
  for (const sdk of ['pg', '@aws-sdk/client-s3', '@smithy/types', 'nodemailer', '@actions/core'])
    plantInBot('bot', sdk, false)
  planted.push({ file: 'action/planted-door.ts', specifier: '../bot/app.ts', isAllowed: false })
  return planted
}

/** The files in which Biome, as configured, refuses an import. */
async function lint(folder: string): Promise<ReadonlySet<string>> {
  const biome = join(root, 'node_modules/.bin/biome')
  const words = ['lint', '--vcs-enabled=false', '--only=style/noRestrictedImports']
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 }
  const report = await promisify(execFile)(
    biome,
    [...words, '--reporter=github', '--max-diagnostics=none', 'action', 'bot'],
    options,
  ).catch((error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? '' }))
  const refused = report.stdout.matchAll(/title=lint\/style\/noRestrictedImports,file=([^,]+),/g)
  return new Set([...refused].map(([, file = '']) => relative(folder, resolve(folder, file))))
}

describe('biome.json', () => {
  const planted = plantAll()
  let folder = ''
  let refused: ReadonlySet<string> = new Set()

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'strongroom-rooms-')))
    await cp(join(root, 'biome.json'), join(folder, 'biome.json'))
    for (const { file, specifier } of planted) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), `export { something } from '${specifier}'\n`)
    }
    refused = await lint(folder)
  })

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it.each(planted)('$file: "$specifier" allowed: $isAllowed', ({ file, isAllowed }) => {
    expect(refused.has(file)).toBe(!isAllowed)
  })
})

/** Every import of a file of `action/`: a path from the root, or the name of a package or of node's. */
async function* readImports(): AsyncIterable<{ readonly file: string; readonly target: string }> {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)['"]([^'"\s]+)['"]/g
  for await (const file of glob('action/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8')
    for (const [, specifier = ''] of text.matchAll(pattern))
      yield { file, target: specifier.startsWith('.') ? join(dirname(file), specifier) : specifier }
  }
}

/**
 * Whether the table of rooms admits an import. Stricter than the patterns of Biome, which match
 * text: it sees through deeper folders, paths inside packages and packages that no pattern names.
 */
function isAdmitted(file: string, target: string): boolean {
  const room = /^action\/([^/]+)\//.exec(file)?.[1] ?? 'doors'
  const isInside = target.startsWith('action/')
  if (room === 'doors') return isInside || target.startsWith('node:') || target === 'zod'
  if (target.startsWith(`action/${room}/`)) return true
  if (room === 'domain') return target === 'zod'
  if (target.startsWith('action/domain/')) return true
  if (room === 'job') return false
  if (isInside) return target === 'action/job/ports.ts'
  // The policy file is YAML; nothing else of the Action reads any.
  if (target === 'yaml') return room === 'github'
  return target.startsWith('node:') || target === 'zod' || findOwner(target) === room
}

/** The room of a package, also for a path inside it. */
function findOwner(specifier: string): string | undefined {
  const entry = Object.entries(sdks).find(([sdk]) => {
    const family = sdk.startsWith('@aws-sdk/') || sdk.startsWith('@octokit/') ? dirname(sdk) : sdk
    return specifier === sdk || specifier.startsWith(`${family}/`)
  })
  return entry?.[1]
}

describe('action/', () => {
  it('holds no import that the table of rooms does not admit', async () => {
    const offenders: string[] = []
    for await (const { file, target } of readImports())
      if (!isAdmitted(file, target)) offenders.push(`${file}: ${target}`)
    expect(offenders).toEqual([])
  })

  it.each([
    ['action/domain/a.ts', 'node:fs/promises', false],
    ['action/domain/a.ts', 'action/domain/b.ts', true],
    ['action/job/a.ts', 'zod', false],
    ['action/postgres/deeper/a.ts', 'action/job/back-up.ts', false],
    ['action/postgres/deeper/a.ts', 'action/job/ports.ts', true],
    ['action/postgres/a.ts', '@actions/core/lib/core.js', false],
    ['action/runner/a.ts', '@actions/core', true],
    ['action/storage/a.ts', '@aws-sdk/lib-storage', true],
    ['action/main.ts', 'bot/app.ts', false],
    ['action/main.ts', '@actions/core', false],
  ])('%s may import %s: %s', (file, target, isExpected) => {
    expect(isAdmitted(file, target)).toBe(isExpected)
  })

  it('reads inputs and writes outputs in one place each', async () => {
    const users: Record<string, string[]> = { getInput: [], setOutput: [], setSecret: [] }
    for await (const file of glob('action/**/*.ts', { cwd: root })) {
      const text = await readFile(join(root, file), 'utf8')
      for (const [name, files] of Object.entries(users))
        if (new RegExp(`import [^;]*\\b${name}\\b[^;]* from '@actions/core'`).test(text))
          files.push(file)
    }
    expect(users).toEqual({
      getInput: ['action/runner/read-inputs.ts'],
      setOutput: ['action/runner/write-outputs.ts'],
      setSecret: ['action/runner/read-inputs.ts'],
    })
  })
})
