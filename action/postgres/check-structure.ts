import type { Writable } from 'node:stream'
import { describeEnd } from './dump-failure.ts'
import { incomplete } from './dump-gate.ts'
import { type ProgramEnd, startProgram } from './run-program.ts'

/** A pg_restore that reads along. */
export interface StructureCheck {
  /**
   * Hands on a copy of the chunk; resolves when there is room for more.
   * @throws Failure `dump_incomplete` where pg_restore has given up already
   */
  feed(chunk: Uint8Array): Promise<void>
  /** @throws Failure `dump_incomplete` where pg_restore did not read a whole archive */
  finish(): Promise<void>
  stop(): Promise<ProgramEnd>
}

/**
 * Reads a custom-format archive to its last byte as a restore would, `pg_restore -f` to the null
 * device: unlike `pg_restore -l` it notices a single missing byte. It is connected to no server and
 * costs about as much as one more reader of the stream.
 */
export function startStructureCheck(request: {
  readonly pgRestore: string
  readonly signal: AbortSignal | undefined
  readonly redact: (text: string) => string
}): StructureCheck {
  const program = startProgram({
    path: request.pgRestore,
    args: ['--file=/dev/null'],
    environment: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdin: 'pipe',
    stdout: 'ignore',
    signal: request.signal,
    redact: request.redact,
  })
  const { stdin } = program
  const finish = async () => {
    stdin?.end()
    const end = await program.exited
    if (end.code === 0) return
    const cause = new Error(`pg_restore ${describeEnd(end)}: ${program.stderr()}`)
    throw incomplete('pg_restore cannot read it to its end', 'a whole archive', cause)
  }
  return {
    finish,
    async feed(chunk) {
      // It has gone before the end, so the verdict is known.
      if (!stdin || stdin.destroyed) return finish()
      if (!stdin.write(Buffer.from(chunk))) await hasRoom(stdin)
    },
    stop: program.stop,
  }
}

/** Resolves when a stream takes more, or is closed for good. */
function hasRoom(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}
