import { beforeAll, describe, expect, it } from 'vitest'
import { countSteps } from '../../../support/count-steps/count-steps.ts'

/** What makes parsers of Markdown slow, many times over. */
const pieces = [
  '[a](b',
  '[',
  ']',
  '![',
  '[a][',
  '[a](<b',
  '[a](b "',
  "[a](b '",
  '[a](b (',
  '[a](\\(',
  '[a]: b "',
  '`',
  '` `` ',
  '``a`b',
  '> ',
  '>',
  '- ',
  '-\t',
  '1. ',
  '* * a\n',
  '- a\n ',
  '>\n',
  '<',
  '<a b="',
  '<a b=\'"',
  '<!--',
  '<!-- -',
  '<![CDATA[',
  '<?',
  '<!A',
  '<a ',
  '</a ',
  '<a@b.',
  '<ab:',
  '\\',
  '~',
  '~~a ',
  '~a~ ',
  '*a **a ',
  '|-',
  ':-|',
  '\t',
  ' ',
  '\n',
  '\r',
  '=\n',
  'a\n=\n',
  '[a]: b\n',
  '[a]: b\n===\n',
  '```\n',
  '<b>\n',
  '</b>\n\n',
  '<details>\n\n',
  'www.x`',
  '://',
  '&#47;',
  '<!-- --',
  '|a',
  '- > ',
  '$',
  'a\n\\\n',
  '*',
  '* ',
  '_ ',
  '=',
  '#',
  '/status ',
  '/status 1\n',
  '\u200b',
]

/** Where the many stand. A slash makes a comment one that is read at all. */
const shapes: Readonly<Record<string, (many: string) => string>> = {
  'from the first character on': (many) => `${many}\n\n/`,
  'within a paragraph': (many) => `/ ${many}x`,
  'on a line that ends otherwise': (many) => `/\n${many}x\``,
  'in a command with a hidden character': (many) => `\u200b/status ${many}x`,
}

const cases = Object.entries(shapes).flatMap(([shape, make]) =>
  pieces.map((piece) => ({ piece, shape, make })),
)

const charactersMin = 250
const charactersMax = 8 * charactersMin

/** No bound that the count is held to: only an end for one that hangs, on whatever machine. */
const hangMs = 300_000

/**
 * Counted, not timed: a clock tells more of the machine than of the parser. Counted are the blocks of its code, the
 * characters that methods of texts look at, and the places that its regular expressions try on a machine without
 * shortcuts, which must end each search as V8 does. Together they are all that can grow with a text. What is quadratic
 * takes sixty-four times as much here; what is linear takes eight, and a little more where a limit of the parser's own,
 * such as fifty lists in one another, is reached by the longer text only.
 */
describe('parseComment', () => {
  const steps = new Map<unknown, readonly number[]>()
  beforeAll(async () => {
    const folder = new URL('../../../../bot/', import.meta.url)
    const counts = await countSteps({
      file: new URL('commands/parse-comment.ts', folder).href,
      name: 'parseComment',
      folder: folder.href,
      texts: cases.flatMap(({ piece, make }) =>
        [charactersMin, charactersMax].map((length) =>
          make(piece.repeat(Math.ceil(length / piece.length))),
        ),
      ),
    })
    for (const [at, one] of cases.entries()) steps.set(one, counts.slice(2 * at, 2 * at + 2))
  }, hangMs)

  it.each(cases)(
    'takes eight times as many steps for eight times as many of $piece $shape',
    (one) => {
      const [short = 0, long = 0] = steps.get(one) ?? []
      expect(short).toBeGreaterThan(charactersMin)
      expect(long / short).toBeLessThan(10)
    },
  )
})
