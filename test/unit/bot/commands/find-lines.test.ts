import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLines } from '../../../../bot/commands/markdown/find-lines.ts'
import { findByReference } from './commonmark-reference.ts'
import { commonDocuments, hostileDocuments } from './markdown-documents.ts'

/** The suite takes a moment; `FUZZ_RUNS=100000` was run by hand. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 400)

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

describe('findLines', () => {
  const size = 60_000
  it.each([
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
  ])('needs eight times as long for eight times as many of %j, not sixty-four times', (piece) => {
    const short = measureCpuMs(piece.repeat(Math.ceil(size / 8 / piece.length)))
    const long = measureCpuMs(piece.repeat(Math.ceil(size / piece.length)))
    expect(long / Math.max(short, measurableMs)).toBeLessThan(40)
  })
})

/** Shorter times say nothing: the smallest ratio that counts is over this. */
const measurableMs = 10

/** Processor time of this process, of which waiting for others is no part; the least of three. */
function measureCpuMs(markdown: string): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage()
    findLines(markdown)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...times)
}
