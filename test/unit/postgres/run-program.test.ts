import { describe, expect, it } from 'vitest'
import { startProgram } from '../../../action/postgres/run-program.ts'
import { liveProcesses } from '../../support/postgres/live-processes.ts'

const redact = (text: string) => text.replaceAll('s3cret', '***')
const shell = (script: string, signal?: AbortSignal) =>
  startProgram({ path: '/bin/sh', args: ['-c', script], environment: {}, redact, signal })

/** Whether any process of the group is left. */
function groupExists(pid: number | undefined): boolean {
  return liveProcesses().some((process) => process.group === pid)
}

describe('startProgram', () => {
  it('passes nothing of this process on', async () => {
    const program = startProgram({
      path: '/usr/bin/env',
      args: [],
      environment: { ONLY: 'this' },
      redact,
    })
    let output = ''
    program.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    expect(await program.exited).toEqual({ code: 0, signal: null })
    expect(output).toBe('ONLY=this\n')
  })

  it('reports exit code and redacted messages', async () => {
    const program = shell('echo the s3cret >&2; exit 7')
    program.stdout?.resume()
    expect(await program.exited).toEqual({ code: 7, signal: null })
    expect(program.stderr()).toBe('the ***\n')
  })

  it('keeps the last 64 KiB of the messages, in whole lines', async () => {
    const program = shell(
      'i=0; while [ $i -lt 3000 ]; do echo "line $i 0123456789012345678901234567890123456789012345678901234567890123456789" >&2; i=$((i+1)); done',
    )
    program.stdout?.resume()
    await program.exited
    expect(program.stderr().length).toBeGreaterThan(64 * 1024 - 200)
    expect(program.stderr().length).toBeLessThanOrEqual(64 * 1024)
    expect(program.stderr()).toMatch(/^line \d+ \d+\n/)
    expect(program.stderr()).toMatch(/line 2999 \d+\n$/)
  })

  it('resolves where the program does not exist', async () => {
    const program = startProgram({
      path: '/nonexistent/program',
      args: [],
      environment: {},
      redact,
    })
    const end = await program.exited
    expect(end).toMatchObject({ code: null, signal: null })
    expect(end.error).toBeInstanceOf(Error)
    await expect(program.stop()).resolves.toEqual(end)
  })

  it('stops the whole group, also where nobody reads the output', async () => {
    const program = shell('sleep 600 & while :; do echo much; done')
    const end = await program.stop()
    expect(end).toEqual({ code: null, signal: 'SIGTERM' })
    expect(groupExists(program.pid)).toBe(false)
  })

  it('stops a program that is itself stopped', async () => {
    const program = shell('kill -STOP $$; exit 0')
    expect(await program.stop()).toMatchObject({ signal: 'SIGTERM' })
  })

  it('kills what ignores SIGTERM', { timeout: 20_000 }, async () => {
    const program = shell("trap '' TERM; echo ready; while :; do sleep 1; done")
    await new Promise((resolve) => program.stdout?.once('data', resolve))
    expect(await program.stop()).toMatchObject({ signal: 'SIGKILL' })
    expect(groupExists(program.pid)).toBe(false)
  })

  it('stops when the signal fires, before or after the start', async () => {
    const controller = new AbortController()
    const running = shell('sleep 600', controller.signal)
    controller.abort()
    expect(await running.exited).toMatchObject({ signal: 'SIGTERM' })
    const late = shell('sleep 600', controller.signal)
    expect(await late.exited).toMatchObject({ signal: 'SIGTERM' })
  })

  it('survives a reader of its input that has gone', async () => {
    const program = startProgram({
      path: '/bin/sh',
      args: ['-c', 'exit 3'],
      environment: {},
      stdin: 'pipe',
      redact,
    })
    program.stdout?.resume()
    program.stdin?.write(Buffer.alloc(10_000_000))
    expect(await program.exited).toEqual({ code: 3, signal: null })
  })
})
