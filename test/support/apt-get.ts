import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const APT_TIMEOUT_MS = 600_000

/**
 * Runs apt-get, and says so: what it installs stays on the machine, and it may take minutes.
 *
 * @param root how to become root, of {@link rootPrefix}
 * @param what the name of what is being installed, for the error
 */
export async function aptGet(
  root: readonly string[],
  what: string,
  args: readonly string[],
): Promise<void> {
  const command = [
    ...root,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-q',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...args,
  ]
  const [program = 'env', ...rest] = command
  if (args[0] === 'install') console.warn(`Installing ${what} by apt-get; it stays installed ...`)
  try {
    await run(program, rest, { timeout: APT_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 })
  } catch (cause) {
    throw new Error(
      `Cannot install ${what}: "apt-get ${args.join(' ')}" failed, expected it to end well`,
      { cause },
    )
  }
}

/** How to become root, or nothing where that is not possible without a question. */
export async function rootPrefix(): Promise<readonly string[] | undefined> {
  if (!(await works('apt-get', ['--version']))) return undefined
  if (process.getuid?.() === 0) return []
  return (await works('sudo', ['-n', 'true'])) ? ['sudo', '-n'] : undefined
}

/** Whether a program is there and ends well. */
export async function works(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, [...args])
    return true
  } catch {
    // Whatever the reason, it cannot be used.
    return false
  }
}
