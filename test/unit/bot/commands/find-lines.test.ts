import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { findLines } from '../../../../bot/commands/markdown/find-lines.ts'
import { countSteps } from '../../../support/count-steps/count-steps.ts'
import { findByReference } from './commonmark-reference.ts'
import { commonDocuments, hostileDocuments } from './markdown-documents.ts'

/** The suite takes a moment; `FUZZ_RUNS=100000` was run by hand. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 400)

/** No bound that the count is held to: only an end for one that hangs, on whatever machine. */
const hangMs = 300_000

function pageOf(text: string): number | undefined {
  const [, page] = /^\/status (\d+)(?!\d)/.exec(text) ?? []
  return page === undefined ? undefined : Number(page)
}

/** Numbers of the found lines that open with a command, by their place. */
function pagesAt(markdown: string, wanted: string): readonly number[] {
  return findLines(markdown)
    .filter(({ place }) => place === wanted)
    .flatMap(({ text }) => pageOf(text) ?? [])
}

/** Whether a comment of HTML is none before CommonMark 0.31, behind which nothing is sure. */
function hasOldComment(markdown: string): boolean {
  return [...markdown.matchAll(/<!--([\s\S]*?)-->/g)].some(
    ([, body = '']) => body.includes('--') || body.endsWith('-'),
  )
}

describe.each([
  { name: 'a fixed seed', options: { numRuns, seed: 20261123 } },
  { name: 'a new seed', options: { numRuns } },
])('findLines beside the reference of CommonMark, with $name', ({ options }) => {
  it('takes exactly the same lines for text, but those that are indented like code', () => {
    fc.assert(
      fc.property(commonDocuments, (markdown) => {
        fc.pre(!hasOldComment(markdown))
        const wanted = findByReference(markdown)
        const found = pagesAt(markdown, 'text')
        const indented = /^(?: {4}| {0,3}\t) *\t*\/status (\d+)/
        const code = markdown
          .split(/\r\n|\n|\r/)
          .flatMap((line) => indented.exec(line)?.[1] ?? [])
          .map(Number)
        expect(found).toEqual(wanted.filter((page) => !code.includes(page)))
      }),
      options,
    )
  })

  it('never takes a line for text that the reference does not, whatever the document', () => {
    let firedCount = 0
    fc.assert(
      fc.property(hostileDocuments, (markdown) => {
        const wanted = findByReference(markdown)
        const found = pagesAt(markdown, 'text')
        firedCount += found.length
        expect(found.filter((page) => !wanted.includes(page))).toEqual([])
      }),
      options,
    )
    expect(firedCount).toBeGreaterThan(numRuns / 20)
  })

  it('tells of every line that the reference takes for text and that does not count', () => {
    fc.assert(
      fc.property(hostileDocuments, (markdown) => {
        const known = findLines(markdown).map(({ text }) => text)
        const silent = findByReference(markdown).filter(
          (page) => !known.some((text) => text.includes(`/status ${page}`)),
        )
        expect(silent).toEqual([])
      }),
      options,
    )
  })
})

/**
 * Counted, not timed: a clock tells more of the machine than of the parser. Counted are the blocks of its code, the
 * characters that methods of texts look at, and the places that its regular expressions try on a machine without
 * shortcuts, which must end each search as V8 does. Together they are all that can grow with a text; what is quadratic
 * in any of them takes sixty-four times as much here. Linear is eight times.
 */
describe('findLines', () => {
  const size = 8_000
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
  ]
  const shapes: Readonly<Record<string, (pieces: string) => string>> = {
    'from the first character on': (many) => many,
    'within a paragraph': (many) => `a ${many}`,
    'on a line that ends otherwise': (many) => `a\n${many}x`,
  }
  const cases = Object.entries(shapes).flatMap(([shape, make]) =>
    pieces.map((piece) => ({ piece, shape, make })),
  )
  const steps = new Map<unknown, readonly number[]>()
  beforeAll(async () => {
    const folder = new URL('../../../../bot/', import.meta.url)
    const counts = await countSteps({
      file: new URL('commands/markdown/find-lines.ts', folder).href,
      name: 'findLines',
      folder: folder.href,
      texts: cases.flatMap(({ piece, make }) =>
        [size / 8, size].map((length) => make(piece.repeat(Math.ceil(length / piece.length)))),
      ),
    })
    for (const [at, one] of cases.entries()) steps.set(one, counts.slice(2 * at, 2 * at + 2))
  }, hangMs)

  it.each(cases)(
    'takes eight times as many steps for eight times as many of $piece $shape',
    (one) => {
      const [short = 0, long = 0] = steps.get(one) ?? []
      expect(short).toBeGreaterThan(size / 8)
      expect(long / short).toBeLessThan(8.5)
    },
  )
})
