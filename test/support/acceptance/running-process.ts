import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a process ended, and all that it printed. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** From the first signal that was sent, else from the start, to the end. */
  readonly elapsedMs: number
}

/** A child process whose words can be waited for. */
export interface RunningProcess {
  readonly pid: number
  /** Everything printed so far, in order of arrival. */
  text(): string
  /** Resolves once the text fits; rejects where the process ends before. */
  said(pattern: RegExp): Promise<void>
  /** Types into standard input. */
  type(text: string): void
  /** To the process alone, as the runner does. */
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<ProcessEnd>
}

export interface ProcessRequest {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>
  /** Whether something can be typed. @default false */
  readonly hasInput?: boolean
  /** It is killed after this; more for a server that lives as long as its tests. @default two minutes */
  readonly lifeMaxMs?: number
}

/** A test that waits longer for a process has found a fault. */
const lifeMaxDefaultMs = 120_000

/** Starts a program without a shell and gathers what it prints. */
export function startProcess(request: ProcessRequest): RunningProcess {
  const child = spawn(request.program, [...request.args], {
    cwd: request.cwd,
    env: { ...request.environment },
    stdio: [request.hasInput === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '', both: '' }
  const listeners = new Set<() => void>()
  let clock = performance.now()
  let isSignalled = false
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk
      texts.both += chunk
      for (const listener of listeners) listener()
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), request.lifeMaxMs ?? lifeMaxDefaultMs)
  const ended = waitForEnd(child).then(([code, signal]) => {
    clearTimeout(timer)
    const { stdout, stderr } = texts
    return { code, signal, stdout, stderr, elapsedMs: performance.now() - clock }
  })
  return {
    pid: child.pid ?? 0,
    text: () => texts.both,
    ended,
    said: (pattern) =>
      new Promise<void>((fulfil, reject) => {
        const look = () => {
          if (!pattern.test(texts.both)) return
          listeners.delete(look)
          fulfil()
        }
        listeners.add(look)
        look()
        void ended.then(() => reject(new Error(`Ended without ${pattern}:\n${texts.both}`)))
      }),
    type: (text) => void child.stdin?.write(text),
    signal(name) {
      if (!isSignalled) clock = performance.now()
      isSignalled = true
      child.kill(name)
    },
  }
}

async function waitForEnd(
  child: ChildProcess,
): Promise<readonly [number | null, NodeJS.Signals | null]> {
  const [code, signal] = await once(child, 'close')
  return [code, signal]
}
