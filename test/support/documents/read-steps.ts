import type { Page } from '../read-pages.ts'
import { kindOf } from './block-kind.ts'
import type { ShownLine } from './match-shown.ts'
import type { Block } from './read-blocks.ts'

/** What a reader does with a page, from its first block to its last. */
export type Step =
  /** A line typed at a prompt, and what the page shows of its output. */
  | {
      readonly kind: 'command'
      readonly text: string
      readonly line: number
      readonly shown: ShownLine[]
    }
  /** A block pasted whole into a shell, or into psql. */
  | { readonly kind: 'script' | 'sql'; readonly text: string; readonly line: number }

const prompt = '$ '

/**
 * The blocks of a page that are played, as steps. A console block without a command goes on with the output of
 * the one before.
 *
 * @throws Error where such a block has none before
 */
export function readSteps({ path, blocks }: Page): readonly Step[] {
  const steps: Step[] = []
  for (const block of blocks.filter((each) => kindOf(path, each) === 'played')) {
    if (block.language === 'console') readConsole(path, block, steps)
    else
      steps.push({
        kind: block.language === 'sql' ? 'sql' : 'script',
        text: block.code,
        line: block.line,
      })
  }
  return steps
}

function readConsole(path: string, block: Block, steps: Step[]): void {
  const lines = block.code.replace(/\n$/, '').split('\n')
  for (const [index, text] of lines.entries()) {
    const line = block.line + index
    if (text.startsWith(prompt)) {
      steps.push({ kind: 'command', text: text.slice(prompt.length), line, shown: [] })
      continue
    }
    const last = steps.at(-1)
    if (last?.kind !== 'command') throw new Error(`${path}:${line} shows output of no command`)
    last.shown.push({ text, line })
  }
}
