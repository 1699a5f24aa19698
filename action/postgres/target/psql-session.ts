import { type ProgramEnd, startProgram } from '../run-program.ts'
import { clientFailure } from './client-failure.ts'
import { release } from './release.ts'

/** A running psql that is fed statements. */
export interface PsqlSession {
  /** Waits where psql has enough to do. Throws a Failure where it has ended. */
  write(bytes: Uint8Array | string): Promise<void>
  /** The same for a chunk that nobody else reads any more: its memory is given back. */
  hand(chunk: Uint8Array): Promise<void>
  /** The rest of the first line of output that starts with `word`, which no dump can know. */
  answer(word: string): Promise<string>
  /** Ends the input and waits for the exit. Throws a Failure for any but 0. */
  finish(): Promise<void>
  /** Ends psql where it still runs. Idempotent. */
  stop(): Promise<ProgramEnd>
}

export interface PsqlRequest {
  readonly path: string
  readonly environment: Readonly<Record<string, string>>
  readonly redact: (text: string) => string
  readonly signal?: AbortSignal | undefined
}

/** A line of output longer than this is none of ours. */
const LINE_KEPT_CHARACTERS = 4096

/**
 * Starts psql without `~/.psqlrc`, prompt for a password, pager and query echo; it ends with the
 * first error. VERBOSITY brings the SQLSTATE; what else it brings is never shown.
 */
export function startPsql(request: PsqlRequest): PsqlSession {
  const program = startProgram({
    path: request.path,
    args: [
      ...['-X', '-w', '-q', '-A', '-t', '-P', 'pager=off'],
      ...['-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose', '-v', 'SHOW_CONTEXT=never'],
      ...['-f', '-'],
    ],
    environment: request.environment,
    stdin: 'pipe',
    signal: request.signal,
    redact: request.redact,
  })
  const { stdin } = program
  const lines = new Map<string, string>()
  let wake: (() => void) | undefined
  const wakeUp = () => wake?.()
  let end: ProgramEnd | undefined
  void program.exited.then((value) => {
    end = value
    wakeUp()
  })
  stdin?.on('drain', wakeUp).on('close', wakeUp)
  let open = ''
  program.stdout?.setEncoding('utf8')
  program.stdout?.on('data', (text: string) => {
    const parts = `${open}${text}`.split('\n')
    open = (parts.pop() ?? '').slice(0, LINE_KEPT_CHARACTERS)
    for (const line of parts) keepAnswer(lines, line)
    wakeUp()
  })

  const until = async (isReached: () => boolean) => {
    while (!isReached() && end === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const failure = async () => {
    const ended = await program.exited
    request.signal?.throwIfAborted()
    return clientFailure({ program: 'psql', end: ended, stderr: program.stderr() })
  }
  const write = async (bytes: Uint8Array | string) => {
    if (!stdin || stdin.destroyed || end) throw await failure()
    if (stdin.write(bytes)) return
    await until(() => !stdin.writableNeedDrain || stdin.destroyed)
    if (stdin.destroyed || end) throw await failure()
  }
  return {
    write,
    hand: async (chunk) => {
      await write(chunk)
      if (stdin?.writableLength === 0) release(chunk)
    },
    answer: async (word) => {
      await until(() => lines.has(word))
      const line = lines.get(word)
      if (line === undefined) throw await failure()
      return line
    },
    finish: async () => {
      stdin?.end()
      const ended = await program.exited
      if (ended.code !== 0) throw await failure()
    },
    stop: () => program.stop(),
  }
}

/** Our words are `sr_` and random; the dump's own statements print little, and it is not kept. */
function keepAnswer(lines: Map<string, string>, line: string): void {
  const match = /^(sr_[a-z2-7]+_\w+) ?(.*)$/.exec(line)
  if (match?.[1] !== undefined) lines.set(match[1], match[2] ?? '')
}
