import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileCommands } from '../../acceptance/read-file-commands.ts'
import type { Runner } from '../../acceptance/run-step.ts'
import { type RunningProcess, startProcess } from '../../acceptance/running-process.ts'

/** GitHub's runner asks, waits, insists, waits, and kills. */
const askedMs = 7_500
const insistedMs = 2_500

const files = {
  outputs: 'GITHUB_OUTPUT',
  state: 'GITHUB_STATE',
  environment: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  summary: 'GITHUB_STEP_SUMMARY',
} as const

/** What a step runs: a bundle by node, or a script by bash as GitHub calls it. */
export type Program =
  | { readonly kind: 'bundle'; readonly path: string }
  | { readonly kind: 'script'; readonly text: string }

/** How a program ended, and what it left. */
export interface ProgramEnd {
  readonly code: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
  readonly summary: string
}

/** What the runner hands to a program, and how it hears of it. */
interface ProgramRequest {
  readonly event: unknown
  readonly environment: Readonly<Record<string, string>>
  readonly began: (child: RunningProcess) => void
  /** Aborted where it is to be stopped, as the runner does it. */
  readonly signal: AbortSignal | undefined
}

/** Runs one part of a step as the runner does. */
export async function runProgram(
  what: Program,
  runner: Runner,
  { event, environment, began, signal }: ProgramRequest,
): Promise<ProgramEnd> {
  const commands = await mkdtemp(join(runner.folder, '_file_commands-'))
  const paths = Object.values(files).map(
    (variable) => [variable, join(commands, variable)] as const,
  )
  for (const [, path] of paths) await writeFile(path, '')
  const eventPath = join(commands, 'event.json')
  await writeFile(eventPath, JSON.stringify(event))
  const child = startProcess({
    ...(await commandOf(what, commands)),
    cwd: runner.workspace,
    environment: {
      ...environment,
      ...Object.fromEntries(paths),
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_WORKSPACE: runner.workspace,
      RUNNER_TEMP: runner.temporary,
    },
  })
  began(child)
  const stop = () => stopProcess(child)
  signal?.addEventListener('abort', stop, { once: true })
  const { code } = await child.ended
  signal?.removeEventListener('abort', stop)
  const read = async (name: keyof typeof files) =>
    await readFile(join(commands, files[name]), 'utf8')
  return {
    code,
    log: child.text(),
    outputs: readFileCommands(await read('outputs')),
    state: readFileCommands(await read('state')),
    environment: readFileCommands(await read('environment')),
    summary: await read('summary'),
  }
}

async function commandOf(what: Program, folder: string) {
  if (what.kind === 'bundle') return { program: process.execPath, args: [what.path] }
  const path = join(folder, 'script.sh')
  await writeFile(path, what.text)
  return { program: '/bin/bash', args: ['-e', path] }
}

/** To the entry process alone, which is how the runner does it. */
function stopProcess(child: RunningProcess): void {
  child.signal('SIGINT')
  const insist = setTimeout(() => child.signal('SIGTERM'), askedMs)
  const kill = setTimeout(() => child.signal('SIGKILL'), askedMs + insistedMs)
  void child.ended.finally(() => {
    clearTimeout(insist)
    clearTimeout(kill)
  })
}
