import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What is to be counted. */
export interface Counting {
  /** Address of the file that has the function. */
  readonly file: string
  /** The function, of one text. */
  readonly name: string
  /** Address of the folder whose code counts, with a slash at its end. */
  readonly folder: string
  readonly texts: readonly string[]
}

/**
 * The steps that a function takes for each text: blocks of its code that were entered, characters and elements that the
 * language's own methods looked at, and places that its regular expressions tried. Numbers of work that are the same on
 * every machine and under every load, where times are not.
 *
 * @throws Error where it holds a regular expression that cannot be counted
 */
export async function countSteps(counting: Counting): Promise<readonly number[]> {
  const main = join(import.meta.dirname, 'main.ts')
  const running = run(process.execPath, ['--no-opt', '--no-maglev', main])
  running.child.stdin?.end(JSON.stringify(counting))
  const { stdout } = await running
  return JSON.parse(stdout)
}

const run = promisify(execFile)
