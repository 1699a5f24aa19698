import { spawn } from 'node:child_process'

/** A program's output is cut to this for messages. */
const TAIL_MAX_CHARACTERS = 2000

/** How a program is run. */
export interface RunOptions {
  readonly timeoutMs: number
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a program to its end and returns what it printed.
 *
 * @throws Error with the end of its output where it does not exit with 0 in time
 */
export function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    })
    let output = ''
    let everything = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8')
      everything += chunk.toString('utf8')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      everything += chunk.toString('utf8')
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const end = code === null ? `signal ${signal}` : `exit code ${code}`
      const tail = everything.slice(-TAIL_MAX_CHARACTERS).trim()
      reject(new Error(`Cannot run ${command}: ${end}, expected exit code 0\n${tail}`))
    })
  })
}
