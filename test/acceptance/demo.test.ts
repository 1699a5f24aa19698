import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { liveProcesses } from '../support/postgres/live-processes.ts'

const root = resolve(import.meta.dirname, '../..')

/** A demo under way, and what it has said. */
interface Demo {
  readonly child: ChildProcess
  readonly text: () => string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
  /** Resolves once it has said this; rejects where it ends before. */
  said(phrase: string): Promise<void>
}

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'))
  // The server may run as another user than we do.
  await chmod(folder, 0o755)
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function startDemo(words: readonly string[] = []): Demo {
  const child = spawn(process.execPath, ['scripts/demo.ts', ...words], {
    cwd: root,
    // None of these may leak into what the demo works on.
    env: { ...process.env, TMPDIR: folder, DATABASE_URL: 'postgres://nobody@invalid/none' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (const listener of listeners) listener()
    })
  }
  const ended = once(child, 'close').then(([code]) => code)
  const said = (phrase: string) =>
    new Promise<void>((fulfil, reject) => {
      const look = () => text.includes(phrase) && fulfil()
      listeners.add(look)
      look()
      void ended.then(() => reject(new Error(`The demo ended without "${phrase}":\n${text}`)))
    })
  return { child, text: () => text, ended, said }
}

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(folder)).toEqual([])
  const ours = liveProcesses().filter(({ command }) =>
    command.some((word) => word.includes(folder)),
  )
  expect(ours).toEqual([])
}

describe('npm run demo', () => {
  it('proves what it claims and leaves nothing behind', async () => {
    const demo = startDemo()
    expect(await demo.ended, demo.text()).toBe(0)
    const proofs = demo.text().match(/^✓ Proven: .*/gm)
    expect(proofs).toEqual([
      '✓ Proven: gunzip and psql alone bring back the same rows',
      '✓ Proven: the dry run changed nothing',
      '✓ Proven: the 5 expired ones are gone, bytes and all, and the other 9 are there',
      '✓ Proven: what was lost is back, row for row',
    ])
    expect(demo.text()).toContain('4 proofs hold, 0 do not')
    await expectNothingLeft()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind after %s', async (signal) => {
    const demo = startDemo()
    await demo.said('$ npm run backup:database')
    demo.child.kill(signal)
    expect(await demo.ended).toBe(130)
    await expectNothingLeft()
  })

  it('keeps running with --keep, and prints what another shell needs', async () => {
    const demo = startDemo(['--keep'])
    await demo.said('Ctrl-C ends it')
    const exported = [...demo.text().matchAll(/^export (.*)$/gm)].map(([, line]) => line)
    const { stdout } = await promisify(execFile)(
      'bash',
      ['-c', `export ${exported.join(' ')}; "$NODE" action/cli.ts list --json`],
      { cwd: root, env: { PATH: process.env['PATH'] ?? '', NODE: process.execPath } },
    )
    expect(JSON.parse(stdout)).toMatchObject({ command: 'list', ok: true })
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    await expectNothingLeft()
  })
})
