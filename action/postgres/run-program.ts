import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** How a program ended. Either `code` or `signal` is set, or `error` where it never started. */
export interface ProgramEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly error?: Error
}

/** A running client program. */
export interface Program {
  readonly pid: number | undefined
  readonly stdin: Writable | null
  /** Null where it was not asked for. Must be read to its end, or `exited` never settles. */
  readonly stdout: Readable | null
  /** Resolves, never rejects, once the process has ended and its streams are closed. */
  readonly exited: Promise<ProgramEnd>
  /** The last 64 KiB of stderr, redacted; complete once `exited` has resolved. */
  stderr(): string
  /**
   * Ends the whole group: SIGTERM now, SIGKILL after 5 seconds. Resolves with the end. Idempotent;
   * the SIGTERM is sent before it returns.
   */
  stop(): Promise<ProgramEnd>
  /** SIGKILL to the whole group at once. */
  kill(): void
}

export interface ProgramRequest {
  /** Absolute path. */
  readonly path: string
  /** World-readable on Linux: never a secret, nor a name that could be taken for an option. */
  readonly args: readonly string[]
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>
  /** @default 'ignore' */
  readonly stdin?: 'pipe' | 'ignore'
  /** @default 'pipe' */
  readonly stdout?: 'pipe' | 'ignore'
  /** Stops the program when it fires. */
  readonly signal?: AbortSignal | undefined
  readonly redact: (text: string) => string
}

const STDERR_KEPT_BYTES = 64 * 1024
const KILL_AFTER_MS = 5_000

/**
 * Starts a program without a shell, as the leader of a process group of its own: it can be stopped
 * with all its children, and a terminal's Ctrl-C reaches it only through us.
 */
export function startProgram(request: ProgramRequest): Program {
  const child = spawn(request.path, request.args, {
    env: request.environment,
    detached: true,
    stdio: [request.stdin ?? 'ignore', request.stdout ?? 'pipe', 'pipe'],
  })
  const tail = keepTail(child.stderr)
  let hasEnded = false
  const exited = new Promise<ProgramEnd>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, error })
    })
    child.once('close', (code, signal) => resolve({ code, signal }))
  }).finally(() => {
    hasEnded = true
    request.signal?.removeEventListener('abort', onAbort)
  })
  // A reader that has gone away shows in the exit code; the stream's own error adds nothing.
  child.stdin?.on('error', () => child.stdin?.destroy())

  const signalGroup = (signal: NodeJS.Signals) => {
    if (!hasEnded) sendToGroup(child, signal)
  }
  let stopping: Promise<ProgramEnd> | undefined
  const stop = () => {
    stopping ??= endGroup(child, signalGroup, exited)
    return stopping
  }
  const onAbort = () => void stop()
  if (request.signal?.aborted) onAbort()
  else request.signal?.addEventListener('abort', onAbort, { once: true })

  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    exited,
    stderr: () => request.redact(tail()),
    stop,
    kill: () => signalGroup('SIGKILL'),
  }
}

async function endGroup(
  child: ChildProcess,
  signalGroup: (signal: NodeJS.Signals) => void,
  exited: Promise<ProgramEnd>,
): Promise<ProgramEnd> {
  signalGroup('SIGTERM')
  // A stopped (SIGSTOP) process takes no SIGTERM before it goes on.
  signalGroup('SIGCONT')
  // Nobody reads any more, and an unread pipe would keep 'close' from coming.
  child.stdin?.destroy()
  child.stdout?.destroy()
  const timer = setTimeout(() => signalGroup('SIGKILL'), KILL_AFTER_MS)
  try {
    return await exited
  } finally {
    clearTimeout(timer)
  }
}

/** To the group, whose number is the leader's. Gone already is as good as stopped. */
function sendToGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Reads a stream to its end and keeps the last bytes of it. */
function keepTail(stream: Readable | null): () => string {
  let kept: Buffer[] = []
  let keptBytes = 0
  let isCut = false
  stream?.on('data', (chunk: Buffer) => {
    kept.push(chunk)
    keptBytes += chunk.length
    if (keptBytes < 2 * STDERR_KEPT_BYTES) return
    kept = [Buffer.concat(kept).subarray(-STDERR_KEPT_BYTES)]
    keptBytes = STDERR_KEPT_BYTES
    isCut = true
  })
  return () => {
    const all = Buffer.concat(kept)
    if (!isCut && all.length <= STDERR_KEPT_BYTES) return all.toString('utf8')
    // Whole lines only: half a secret at the cut would pass redaction.
    const tail = all.subarray(-STDERR_KEPT_BYTES)
    return tail.subarray(tail.indexOf('\n') + 1).toString('utf8')
  }
}
