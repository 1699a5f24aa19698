import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Variables of the caller that a child needs to find programs and to speak to the terminal. */
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TERM', 'NO_COLOR', 'TMPDIR'] as const

/**
 * Runs a program in the repository, with its output where ours goes.
 *
 * The environment is built from scratch: a bucket or a database of the caller's own must not be what the demo works on.
 *
 * @returns the exit code, or the signal's name
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number | string> {
  signal.throwIfAborted()
  const known = inherited.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const child = spawn(program, [...words], {
    cwd: root,
    env: { ...Object.fromEntries(known), ...settings },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  // SIGTERM, so that a terminal door that Ctrl-C has reached already can finish its own clean-up.
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  try {
    const [code, killer] = await once(child, 'close')
    signal.throwIfAborted()
    return code ?? killer
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
