import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { DumpOptions } from '../../../action/job/ports.ts'
import { findClient } from '../../../action/postgres/client-programs.ts'
import { dumpDatabase } from '../../../action/postgres/dump-database.ts'
import type { Program } from '../../../action/postgres/run-program.ts'
import { liveProcesses } from '../../support/postgres/live-processes.ts'
import { createManualClock } from '../../support/postgres/manual-clock.ts'
import { seedAwkward } from '../../support/postgres/seed-awkward.ts'
import {
  everything,
  openSourceUnderTest,
  readAll,
  realClock,
} from '../../support/postgres/source-under-test.ts'
import { startCluster } from '../../support/postgres/start-cluster.ts'

/** pg_dumps that misbehave in ways that the real one cannot be made to. */
let folder = ''
let pgRestore = ''
let archive: Buffer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  const cluster = await startCluster()
  try {
    await seedAwkward((sql) => cluster.query('postgres', sql))
    const source = openSourceUnderTest(cluster.url())
    archive = await readAll((await source.start({ format: 'custom' })).chunks)
    await source.dispose()
    const log = { info: () => undefined, warn: () => undefined }
    const request = {
      serverMajor: cluster.major,
      purpose: 'dump',
      installClient: false,
      log,
    } as const
    pgRestore = (await findClient(request)).pgRestore
  } finally {
    await cluster.stop()
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let released = 0
let program: Program | undefined
beforeEach(() => {
  released = 0
  program = undefined
})

/** The dump that a script makes in the place of pg_dump. */
function dumpBy(script: string, options: Partial<DumpOptions> = {}, clock = realClock) {
  const pgDump = join(folder, 'pg_dump')
  writeFileSync(pgDump, `#!/bin/sh\n${script}\n`)
  chmodSync(pgDump, 0o755)
  return dumpDatabase({
    client: { pgDump, pgRestore },
    options: { ...everything, ...options },
    clock,
    redact: (text) => text.replaceAll('hush', '***'),
    signal: undefined,
    prepare: () => ({ PATH: '/usr/bin:/bin' }),
    onStarted: (started) => {
      program = started
    },
    release: () => {
      released += 1
    },
  })
}

/** The dump that puts these bytes out. */
function dumpOf(bytes: Buffer) {
  const path = join(folder, 'bytes')
  writeFileSync(path, bytes)
  return dumpBy(`exec cat '${path}'`, { format: 'custom' })
}

describe('dumpDatabase: exit code 0 is not enough', () => {
  it.each([
    ['puts nothing out', 'exit 0', 'it is empty'],
    ['puts no trailer out', 'echo "CREATE TABLE t ();"', 'its last line is missing'],
  ])('holds back a plain dump that %s', async (_, script, fault) => {
    await expect(readAll(dumpBy(script))).rejects.toMatchObject({
      code: 'dump_incomplete',
      message: expect.stringContaining(fault),
    })
    expect(released).toBeGreaterThan(0)
  })

  it('holds back an archive that is empty or none', async () => {
    await expect(readAll(dumpBy('exit 0', { format: 'custom' }))).rejects.toMatchObject({
      code: 'dump_incomplete',
    })
    await expect(readAll(dumpOf(Buffer.from('CREATE TABLE t ();\n')))).rejects.toMatchObject({
      code: 'dump_incomplete',
    })
  })

  it('passes an archive on unchanged', async () => {
    expect((await readAll(dumpOf(archive))).equals(archive)).toBe(true)
  })

  it.each([
    ['its last byte', 1],
    ['its last kilobyte', 1024],
    ['its second half', Number.NaN],
  ])('holds back an archive without %s', async (_, missing) => {
    const kept = Number.isNaN(missing) ? archive.length >> 1 : archive.length - missing
    await expect(readAll(dumpOf(archive.subarray(0, kept)))).rejects.toMatchObject({
      code: 'dump_incomplete',
      message:
        'Cannot use the dump: pg_restore cannot read it to its end, expected a whole archive',
    })
  })

  it('stops early where the archive is broken from the start', async () => {
    const dump = readAll(dumpBy('printf PGDMP; exec yes', { format: 'custom' }))
    await expect(dump).rejects.toMatchObject({ code: 'dump_incomplete' })
    const group = program?.pid
    expect(liveProcesses().filter((found) => found.group === group)).toEqual([])
  })
})

describe('dumpDatabase: ends', () => {
  const trailer = "printf -- '--\\n-- PostgreSQL database dump complete\\n--\\n'"

  it('waits for the exit code although the output is whole', async () => {
    const script = `${trailer}; exec >&-; echo 'pg_dump: error: at the very end' >&2; exit 1`
    await expect(readAll(dumpBy(script))).rejects.toMatchObject({
      code: 'dump_failed',
      message: 'Cannot dump the database: pg_dump reports "at the very end", expected no error',
    })
  })

  it('stops a program that does not exit after its last byte', async () => {
    const clock = createManualClock()
    // Its start takes real time, in which the clock runs far: only the exit may become overdue.
    const limits = { silenceTimeoutMs: 1e14, totalTimeoutMs: 1e14 }
    const dump = readAll(dumpBy(`${trailer}; exec >&-; exec sleep 600`, limits, clock))
    let settled = false
    const ended = dump
      .catch((error: unknown) => error)
      .finally(() => {
        settled = true
      })
    while (!settled) await clock.advance(10_000)
    expect(await ended).toMatchObject({
      code: 'dump_stalled',
      message: expect.stringContaining('does not exit after its last byte'),
    })
  })

  it('reports a program that cannot be started', async () => {
    const dump = dumpBy('')
    rmSync(join(folder, 'pg_dump'))
    await expect(readAll(dump)).rejects.toMatchObject({
      code: 'dump_failed',
      message: 'Cannot dump the database: pg_dump did not start, expected exit code 0',
    })
  })

  it('releases the password with the first byte, not before', async () => {
    const path = join(folder, 'go')
    onTestFinished(() => rmSync(path, { force: true }))
    const dump = dumpBy(`${trailer}; until [ -e '${path}' ]; do sleep 0.05; done; ${trailer}`)
    expect(released).toBe(0)
    await dump.next()
    expect(released).toBe(1)
    writeFileSync(path, '')
    expect((await readAll(dump)).length).toBeGreaterThan(0)
  })

  it('keeps warnings, redacted, without failing for them', async () => {
    const script = `echo 'pg_dump: warning: circular hush' >&2; ${trailer}`
    await readAll(dumpBy(script))
    expect(program?.stderr()).toBe('pg_dump: warning: circular ***\n')
  })

  it('quotes errors redacted', async () => {
    const failure: unknown = await readAll(
      dumpBy("echo 'pg_dump: error: the hush is out' >&2; exit 1"),
    ).catch((error: unknown) => error)
    expect(failure).toMatchObject({ message: expect.stringContaining('"the *** is out"') })
    expect(String((failure as Error).cause)).not.toContain('hush')
  })

  it('hands out bytes that can be transferred away at once', async () => {
    const path = join(folder, 'bytes')
    writeFileSync(path, archive)
    const taken: Buffer[] = []
    for await (const chunk of dumpBy(`exec cat '${path}'`, { format: 'custom' })) {
      taken.push(Buffer.from(chunk))
      if (chunk.buffer instanceof ArrayBuffer && chunk.byteLength === chunk.buffer.byteLength) {
        structuredClone(chunk, { transfer: [chunk.buffer] })
      }
    }
    expect(Buffer.concat(taken).equals(readFileSync(path))).toBe(true)
  })
})
