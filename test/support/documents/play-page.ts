import type { Page } from '../read-pages.ts'
import { fillIn } from './fill-in.ts'
import { type KnownIds, noteId, putIds } from './known-ids.ts'
import { matchShown } from './match-shown.ts'
import type { Shell, ShellEnd } from './open-shell.ts'
import { readSteps, type Step } from './read-steps.ts'
import type { Stage } from './start-stage.ts'

/** The backup that every page speaks of. */
const backupOfPages = '20261123T051512Z-cli6'

/** A question that a page shows, and behind it what is answered. */
const question = /^(?:Type the name of the database .*: )(\S+)$/

/** Tests neither fetch packages nor wait for them. */
const installs = /\bnpm (?:ci|i|install)\b/

/** How a step ended: with what is known of ids now, or in a fault at a line of the page. */
type Played =
  | { readonly kind: 'done'; readonly known: KnownIds }
  | { readonly kind: 'fault'; readonly line: number; readonly text: string }

/**
 * Does what a page says, in its order, and compares what comes with what the page shows.
 *
 * @throws Error with page and line of the first fault
 */
export async function playPage(page: Page, shell: Shell, stage: Stage): Promise<void> {
  let known: KnownIds = noteId(new Map(), backupOfPages, stage.backupId) ?? new Map()
  for (const step of readSteps(page)) {
    const { line } = step
    const played = await playStep(step, { shell, stage, known }).catch(
      (error: unknown): Played => ({ kind: 'fault', line, text: String(error) }),
    )
    if (played.kind === 'fault') throw new Error(`${page.path}:${played.line}: ${played.text}`)
    known = played.known
  }
}

interface Scene {
  readonly shell: Shell
  readonly stage: Stage
  readonly known: KnownIds
}

async function playStep(step: Step, { shell, stage, known }: Scene): Promise<Played> {
  const { kind, line } = step
  const text = fillIn(putIds(step.text, known), stage.own)
  if (installs.test(text))
    return {
      kind: 'fault',
      line,
      text: 'installs packages, expected on the list of what is not run',
    }
  if (kind === 'sql') {
    await stage.world.cluster.query('postgres', text)
    return { kind: 'done', known }
  }
  const end = kind === 'command' ? await answer(step, text, shell) : await shell.run(text)
  if (end.code !== 0)
    return { kind: 'fault', line, text: `ends with ${end.code}, expected 0\n${end.output}` }
  return kind === 'command' ? compare(step, end, known) : { kind: 'done', known }
}

type Command = Extract<Step, { readonly kind: 'command' }>

/** Types what the page shows behind a question. */
async function answer({ shown }: Command, text: string, shell: Shell): Promise<ShellEnd> {
  const [name] = shown.flatMap((each) => question.exec(each.text)?.slice(1) ?? [])
  if (name === undefined) return await shell.run(text)
  const terminal = await shell.openTerminal(text)
  await terminal.said(/Type the name of the database /)
  terminal.type(`${name}\n`)
  return await terminal.ended
}

function compare({ shown, line }: Command, { output }: ShellEnd, known: KnownIds): Played {
  const lines = output.trimEnd() === '' ? [] : output.trimEnd().split('\n')
  const compared = matchShown(shown, lines, known)
  if (compared.kind === 'same') return { kind: 'done', known: compared.known }
  const { expected, got } = compared
  const text = [
    'what is shown is not what came',
    `expected: ${expected?.text ?? 'nothing more'}`,
    `got:      ${got ?? 'no such line'}`,
    '',
    output,
  ]
  return {
    kind: 'fault',
    line: expected?.line ?? shown.at(-1)?.line ?? line,
    text: text.join('\n'),
  }
}
