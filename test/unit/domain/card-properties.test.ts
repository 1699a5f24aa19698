import { type Node, Parser } from 'commonmark'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardSchema } from '../../../action/domain/card.ts'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { cardCharactersMax, renderCard } from '../../../action/domain/render-card.ts'
import { requestSchema } from '../../../action/domain/request.ts'
import {
  arbitraryCard,
  arbitraryRequest,
  foreignText,
} from '../../support/cards/arbitrary-cards.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'

const signature = fc.constantFrom('unsigned', 'c2lnbmVk-_09')
const markdown = foreignText(3000).map((text) => text.trim())
const parts = fc.record({
  request: arbitraryRequest,
  signature,
  card: arbitraryCard,
  details: fc.constant(''),
})

/** Kinds of nodes by which a card says something, and how an outsider's text could act. */
function listActive(text: string): readonly string[] {
  const active: string[] = []
  const walker = new Parser().parse(text).walker()
  for (let step = walker.next(); step !== null; step = walker.next()) {
    if (step.entering) active.push(...judge(step.node))
  }
  return active
}

function judge(node: Node): readonly string[] {
  const literal = node.literal ?? ''
  switch (node.type) {
    case 'html_block':
      return /^<!-- strongroom:(request|card) [\w -]+ -->$/.test(literal) ? [] : [literal]
    case 'html_inline':
      return /^<\/?(code|sub)>$/.test(literal) ? [] : [literal]
    case 'link': {
      const isOurs = /^(#issuecomment-\d+|https:\/\/github\.example\/[\w/.]+)$/
      return isOurs.test(node.destination ?? '') ? [] : [`link ${node.destination}`]
    }
    case 'heading':
      return node.level === 3 ? [] : ['heading']
    case 'text':
      return node.parent?.type !== 'link' && /@\w|#\d|\w:\/\/\w|www\.\w/i.test(literal)
        ? [literal]
        : []
    case 'image':
    case 'item':
    case 'code_block':
    case 'thematic_break':
      return [node.type]
    default:
      return []
  }
}

describe('renderCard and parseCard', () => {
  it('read back exactly what was written', () => {
    fc.assert(
      fc.property(parts, (given) => {
        fc.pre(requestSchema.safeParse(given.request).success)
        fc.pre(cardSchema.safeParse(given.card).success)
        const text = renderCard(given)
        const read = parseCard(text)
        expect(read?.request).toEqual(given.request)
        expect(read?.signature).toBe(given.signature)
        if (text.length < cardCharactersMax / 2) expect(read?.card).toEqual(given.card)
        expect(read?.card.state).toBe(given.card.state)
      }),
    )
  })

  it('read details back as they stand, whatever they hold', () => {
    fc.assert(
      fc.property(markdown, (details) => {
        const card = { request: sampleRequest, signature: 'unsigned', card: sampleCard }
        const once = parseCard(renderCard({ ...card, details }))
        expect(once).toMatchObject(card)
        const twice = parseCard(renderCard({ ...card, details: once?.details }))
        expect(twice).toEqual(once)
        const inert = details.replaceAll('\r\n', '\n').replaceAll('<!--', '<\u200b!--')
        expect(once?.details).toBe(inert.trim() === '' ? '' : inert)
      }),
    )
  })

  it('survive line ends of Windows and text around the card', () => {
    fc.assert(
      fc.property(markdown, markdown, (before, after) => {
        fc.pre(!/^<!-- \/?strongroom/m.test(`${before}`))
        const card = { request: sampleRequest, signature: 'unsigned', card: sampleCard }
        const text = `${before}\n${renderCard({ ...card, details: 'Rows: 3' })}\n${after}`
        const read = parseCard(text.replaceAll('\n', '\r\n'))
        expect(read).toEqual({ ...card, details: 'Rows: 3' })
      }),
    )
  })

  it('never exceed what GitHub takes, however much there is to say', () => {
    const long = fc.record({
      request: arbitraryRequest,
      signature,
      card: arbitraryCard,
      details: fc
        .array(
          fc.constantFrom(
            '```sh',
            '```',
            '<details><summary>x</summary>',
            '</details>',
            '| a | b |',
            'x'.repeat(900),
            '',
          ),
          {
            minLength: 50,
            maxLength: 400,
          },
        )
        .map((lines) => lines.join('\n')),
    })
    fc.assert(
      fc.property(long, (given) => {
        const text = renderCard(given)
        expect(text.length).toBeLessThanOrEqual(cardCharactersMax)
        expect(parseCard(text)?.request.id).toBe(given.request.id)
      }),
    )
  })

  it('leave nothing of foreign text that acts', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(listActive(renderCard(given))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('never throw for any text', () => {
    const scraps = fc.constantFrom(
      '<!-- strongroom:request ',
      '<!-- strongroom:card ',
      'unsigned -->',
      ' -->',
      'e30',
      '\n',
      '<!-- strongroom:details -->\n',
      '<!-- /strongroom:details -->',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(scraps, fc.string()), { maxLength: 30 }), (words) => {
        expect(parseCard(words.join(''))).toBeUndefined()
      }),
    )
  })
})
