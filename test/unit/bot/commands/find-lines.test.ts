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
  if (/<!---?>/.test(markdown)) return true
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
        const indented = /^(?: {4}| {0,3}\t)[ \t]*\/status (\d+)/
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
