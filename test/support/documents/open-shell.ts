import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { quoteShell } from '../../../action/domain/quote-shell.ts'
import { type RunningProcess, startProcess } from '../acceptance/running-process.ts'

/** A bash in which each text is run where the one before ended: with what that exported. */
export interface Shell {
  /** Pastes a text; ends at the first line that fails. */
  run(text: string): Promise<ShellEnd>
  /** The same at a terminal, where somebody can type. */
  openTerminal(text: string): Promise<Terminal>
}

export interface ShellEnd {
  readonly code: number | null
  /** Standard output and errors as they came, without what npm says of itself. */
  readonly output: string
}

export interface Terminal extends Pick<RunningProcess, 'said' | 'text' | 'type'> {
  readonly ended: Promise<ShellEnd>
}

interface ShellOptions {
  /** A folder of its own, for what is passed on. */
  readonly folder: string
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
}

/** Wider than any line: nobody's terminal is, but a page has room for long lines, too. */
const columns = 400

/** The lines by which npm tells what it runs; documents leave them out. */
const npmLines = /^\n> \S+@\S+ \S+\n> .*\n\n/gm

/** What every reader has. */
const common = { TERM: 'xterm', NO_COLOR: '1', npm_config_update_notifier: 'false' }

/** Opens a shell in a folder, with nothing of our own environment. */
export function openShell({ folder, cwd, environment: own }: ShellOptions): Shell {
  const environment = { HOME: folder, ...common, ...own }
  const [script, exported] = [join(folder, 'script.sh'), join(folder, 'exported.sh')]

  async function start(text: string, isTerminal: boolean): Promise<RunningProcess> {
    const lines = [
      `if [ -e ${quoteShell(exported)} ]; then . ${quoteShell(exported)}; fi`,
      isTerminal ? `stty columns ${columns}` : 'exec 2>&1',
      'set -e',
      text,
      `export -p > ${quoteShell(exported)}`,
    ]
    await writeFile(script, `${lines.join('\n')}\n`)
    const line = `bash ${quoteShell(script)}`
    const onTerminal = ['script', '--quiet', '--return', '--command', line, '/dev/null']
    const [program = '', ...args] = isTerminal ? onTerminal : ['bash', script]
    return startProcess({ program, args, cwd, environment, hasInput: isTerminal })
  }

  return {
    async run(text) {
      const { code, stdout } = await (await start(text, false)).ended
      return { code, output: asSeen(stdout) }
    },
    async openTerminal(text) {
      const running = await start(text, true)
      const ended = running.ended.then(({ code, stdout }) => ({ code, output: asSeen(stdout) }))
      return { ...running, ended }
    },
  }
}

/** What stays on the screen: a line that is drawn anew shows as it was drawn last. */
function asSeen(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(/[^\n]*\r/g, '')
    .replaceAll(npmLines, '')
}
