import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProcess } from '../support/acceptance/running-process.ts'
import { liveProcesses } from '../support/postgres/live-processes.ts'

const root = resolve(import.meta.dirname, '../..')

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'))
  // The server may run as another user than we do.
  await chmod(folder, 0o755)
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** With the bundles under test, so that nothing has to be built. */
function startDemo() {
  const { PATH = '', HOME = '', STRONGROOM_DIST = '' } = process.env
  return startProcess({
    program: process.execPath,
    args: ['scripts/demo-chatops.ts'],
    cwd: root,
    // No database of the caller's may be what the demo works on.
    environment: {
      PATH,
      HOME,
      STRONGROOM_DIST,
      TMPDIR: folder,
      DATABASE_URL: 'postgres://nobody@invalid/none',
    },
  })
}

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(folder)).toEqual([])
  const ours = liveProcesses().filter(({ command }) =>
    command.some((word) => word.includes(folder)),
  )
  expect(ours).toEqual([])
}

describe('npm run demo:chatops', () => {
  it('proves what it claims and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await startDemo().ended
    expect(code, stdout + stderr).toBe(0)
    expect(stdout.match(/^[✓✗] .*/gm)).toEqual([
      '✓ Proven: the backup on the card is in the bucket, with the bytes of its SHA-256',
      '✓ Proven: the card lists what the bucket holds',
      '✓ Proven: help is answered without a run',
      '✓ Proven: the bot heard a stranger and stayed silent',
      '✓ Proven: who asks cannot approve: refused, and the database was not touched',
      '✓ Proven: nothing happens before somebody approves',
      '✓ Proven: what was lost is back, row for row',
      '✓ Proven: no secret stands in a comment, in a log or in what the bot printed',
    ])
    expect(stdout).toContain('8 proofs hold, 0 do not')
    await expectNothingLeft()
  })

  it('leaves nothing behind after SIGINT', async () => {
    const demo = startDemo()
    await demo.said(/ines writes:/)
    demo.signal('SIGINT')
    const { code, stdout, stderr } = await demo.ended
    expect(code, stdout + stderr).toBe(130)
    await expectNothingLeft()
  })
})
