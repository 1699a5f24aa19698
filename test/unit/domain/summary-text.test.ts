import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeMarkdown, escapeMarkdown, renderText } from '../../../action/domain/summary-text.ts'

/** What Markdown, HTML, GitHub and a terminal take for structure, and a little that they do not. */
const hostileUnit = fc.constantFrom(
  ...'&<>|`*[]_{}()\\~$#@:/.!-+=0a é',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u001b',
  '\u202e',
  '\ud800',
  '🚀',
)

describe('escapeMarkdown', () => {
  it.each([
    ['plain words, 41.2 MiB (100 %)', 'plain words, 41.2 MiB (100 %)'],
    ['pg_dump of public.order_items', 'pg_dump of public.order_items'],
    ['<img src=x onerror=alert(1)>', '&#60;img src=x onerror=alert(1)&#62;'],
    ['&lt;b&gt;', '&#38;lt;b&#38;gt;'],
    ['a | b', 'a &#124; b'],
    ['**bold** _it_ `code`', '&#42;&#42;bold&#42;&#42; &#95;it&#95; &#96;code&#96;'],
    ['[x](javascript:1)', '&#91;x&#93;(javascript:1)'],
    ['ask @octocat about #7', 'ask @\u200boctocat about #\u200b7'],
    ['see GH-12', 'see GH-\u200b12'],
    ['https://evil.example', 'https:\u200b//evil.example'],
    ['www.evil.example', 'www\u200b.evil.example'],
    ['$x$', '&#36;x&#36;'],
    ['# heading', '\u200b# heading'],
    ['- item', '\u200b- item'],
    ['12. item', '\u200b12. item'],
    ['---', '\u200b---'],
    ['a\n\n# b', 'a&#92;u&#123;a&#125;&#92;u&#123;a&#125;# b'],
  ])('makes %j mean itself', (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown)
  })

  it('leaves nothing that Markdown, HTML or a table could take for structure', () => {
    fc.assert(
      fc.property(fc.string({ unit: hostileUnit }), (text) => {
        const markdown = escapeMarkdown(text)
        expect(markdown.replace(/&#\d+;/g, '')).not.toMatch(/[&<>|`*[\]\\~$\p{Cc}]|@(?!\u200b)/u)
      }),
    )
  })

  it('cuts what is longer than a thousand characters', () => {
    expect(escapeMarkdown('x'.repeat(2000))).toBe(`${'x'.repeat(1000)}…`)
  })
})

describe('codeMarkdown', () => {
  it.each([
    ['shop', '`shop`'],
    ['a`b', '``a`b``'],
    ['`a``', '``` `a`` ```'],
    [' a ', '`  a  `'],
    ['@octocat #7 <b>', '`@octocat #7 <b>`'],
    ['a|b', '<code>a&#124;b</code>'],
    ['\\|<b>', '<code>&#92;&#124;&#60;b&#62;</code>'],
    ['', '<code>&nbsp;</code>'],
    ['a\nb', '`a\\u{a}b`'],
  ])('shows %j letter by letter', (text, markdown) => {
    expect(codeMarkdown(text)).toBe(markdown)
  })

  it('never holds a bare pipe, a line break or a run of back-ticks like its fence', () => {
    const hostile = fc.string({ unit: fc.constantFrom('`', '|', '\\', ' ', '\n', '<', 'a') })
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = codeMarkdown(text)
        expect(markdown).not.toMatch(/[|\n]/)
        const fence = /^`+/.exec(markdown)?.[0]
        if (fence === undefined) return
        const inside = markdown.slice(fence.length, -fence.length)
        const runs = inside.match(/`+/g) ?? []
        expect(runs).not.toContain(fence)
        expect(inside).not.toMatch(/^`|`$/)
      }),
    )
  })
})

describe('renderText', () => {
  it('marks judged words and links pages where it knows their folder', () => {
    const text = [
      'a ',
      { code: 'b' },
      ' ',
      { tone: 'bad', text: 'c' },
      ' ',
      { page: 'd.md#e_f' },
    ] as const
    expect(renderText(text)).toBe('a `b` ❌ c `docs/d.md#e_f`')
    expect(renderText(text, 'https://github.com/o/r/blob/v1/docs')).toBe(
      'a `b` ❌ c [docs/d.md#e_f](https://github.com/o/r/blob/v1/docs/d.md#e_f)',
    )
  })
})
