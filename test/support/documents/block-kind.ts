import type { Page } from '../read-pages.ts'
import type { Block } from './read-blocks.ts'
import { findUntested } from './untested-blocks.ts'

/** Which test runs or judges a block; nothing where none would. */
export type BlockKind =
  /** Run in its place on the page by test/acceptance/documents.test.ts. */
  | 'played'
  /** Starts the bot, or is a program that uses it: test/acceptance/documents-bot.test.ts. */
  | 'server'
  | 'module'
  /** Judged by test/contract/docs-blocks.test.ts. */
  | 'yaml'
  | 'json'
  | 'card'
  /** Names of objects, compared with those in a bucket by test/acceptance/documents.test.ts. */
  | 'layout'
  | 'untested'

const startsBot = /(?:npm run bot|node dist\/bot\/index\.js)\b/

/** Who looks after a block. A language that is not known here is looked after by nobody. */
export function kindOf(page: string, block: Block): BlockKind | undefined {
  if (findUntested(page, block) !== undefined) return 'untested'
  const { language, code } = block
  switch (language) {
    case 'sh':
      return code.trim().split('\n').every(isBotLine) ? 'server' : 'played'
    case 'console':
    case 'sql':
      return 'played'
    case 'js':
      return 'module'
    case 'yaml':
    case 'json':
      return language
    case 'markdown':
      return 'card'
    case 'text':
      return code.startsWith('<prefix>/') ? 'layout' : undefined
    default:
      return undefined
  }
}

function isBotLine(line: string): boolean {
  return startsBot.test(line)
}

/** The blocks of a kind on some pages, in their order. */
export function blocksOf(kind: BlockKind, pages: Iterable<Page>) {
  return [...pages].flatMap(({ path, blocks }) =>
    blocks
      .filter((block) => kindOf(path, block) === kind)
      .map((block) => ({ ...block, page: path })),
  )
}
