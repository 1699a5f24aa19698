import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { quoteShell } from '../../../action/domain/quote-shell.ts'
import { type ProcessEnd, type RunningProcess, startProcess } from './running-process.ts'

const root = resolve(import.meta.dirname, '../../..')

export interface TerminalRequest {
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Puts programs in front of node. */
  readonly within?: readonly string[]
  /** A script of package.json instead of the door itself. */
  readonly script?: string
  /** Whether both ends are a terminal, at which somebody may type. */
  readonly isTerminal?: boolean
}

export interface TerminalEnd extends ProcessEnd {
  /** Names left in the folder of temporary files. */
  readonly leftovers: readonly string[]
}

export interface RunningCommand extends Omit<RunningProcess, 'ended'> {
  readonly ended: Promise<TerminalEnd>
}

/** Starts `node action/cli.ts …` or `npm run … --`, with nothing of our own environment. */
export async function startTerminal(
  folder: string,
  request: TerminalRequest,
): Promise<RunningCommand> {
  const temporary = await mkdtemp(join(folder, 'terminal-'))
  const { script, words, within = [] } = request
  const command =
    script === undefined
      ? [process.execPath, join(root, 'action', 'cli.ts'), ...words]
      : ['npm', 'run', '--silent', script, '--', ...words]
  const onTerminal = [
    'script',
    '--quiet',
    '--return',
    '--command',
    command.map(quoteShell).join(' '),
  ]
  const wrapped = request.isTerminal === true ? [...onTerminal, '/dev/null'] : command
  const [program = '', ...args] = [...within, ...wrapped]
  const started = startProcess({
    program,
    args,
    cwd: script === undefined ? folder : root,
    hasInput: request.isTerminal === true,
    environment: {
      PATH: `${join(root, 'node_modules', '.bin')}:/usr/local/bin:/usr/bin:/bin`,
      TMPDIR: temporary,
      HOME: folder,
      // npm would keep one where temporary files are.
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...request.environment,
    },
  })
  const ended = started.ended.then(async (end): Promise<TerminalEnd> => {
    const leftovers = await readdir(temporary)
    await rm(temporary, { recursive: true, force: true })
    return { ...end, leftovers }
  })
  return { ...started, ended }
}

/** Runs a command of the terminal to its end. */
export async function runTerminal(folder: string, request: TerminalRequest): Promise<TerminalEnd> {
  return (await startTerminal(folder, request)).ended
}
