import { describe, expect, it } from 'vitest'
import { decodeBase64Url, encodeBase64Url } from '../../../action/domain/base64url.ts'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { renderCard } from '../../../action/domain/render-card.ts'
import { serialiseRequest } from '../../../action/domain/request.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'

const parts = { request: sampleRequest, signature: 'c2ln', card: sampleCard }
const text = renderCard({ ...parts, details: 'Rows: 3' })
const requestMarker = encodeBase64Url(serialiseRequest(sampleRequest))

/** The card with another JSON in its request's marker. */
const withRequest = (json: string) => text.replace(requestMarker, encodeBase64Url(json))

describe('parseCard', () => {
  it('reads a card', () => {
    expect(parseCard(text)).toEqual({ ...parts, details: 'Rows: 3' })
    expect(parseCard(renderCard(parts))).toEqual({ ...parts, details: '' })
  })

  it.each([
    ['another spelling, which the signature would not cover', JSON.stringify(sampleRequest)],
    ['a field too many', JSON.stringify({ ...sampleRequest, extra: 1 })],
    ['another version', JSON.stringify({ ...sampleRequest, version: 2 })],
    ['an id that is none', JSON.stringify({ ...sampleRequest, id: 'rq7' })],
    ['no JSON', '{'],
    ['no object', 'null'],
  ])('takes no request in %s', (_name, json) => {
    expect(parseCard(withRequest(serialiseRequest(sampleRequest)))).toBeDefined()
    expect(parseCard(withRequest(json))).toBeUndefined()
  })

  it.each([
    ['without its request', text.replace(/^<!-- strongroom:request.*\n/, '')],
    ['without its state', text.replace(/^<!-- strongroom:card.*\n/m, '')],
    ['without a signature', text.replace(' c2ln -->', ' -->')],
    [
      'in an unknown state',
      text.replace(
        encodeBase64Url(JSON.stringify(sampleCard)),
        encodeBase64Url(JSON.stringify({ ...sampleCard, state: 'lost' })),
      ),
    ],
    ['in a quote', text.replace(/^/gm, '> ')],
    ['that is longer than a comment can be', `${text}${' '.repeat(131_072)}`],
  ])('takes no card %s', (_name, body) => {
    expect(parseCard(body)).toBeUndefined()
  })

  it('takes no marker out of the details', () => {
    const other = renderCard({ ...parts, request: { ...sampleRequest, commentId: 5 } })
    const inner = other.split('\n').slice(0, 2).join('\n')
    const body = `<!-- strongroom:details -->\n${inner}\n<!-- /strongroom:details -->`
    expect(parseCard(`x\n${body}`)).toBeUndefined()
    expect(parseCard(renderCard({ ...parts, details: inner }))?.request).toEqual(sampleRequest)
  })

  it('reads the first of two cards', () => {
    const other = renderCard({ ...parts, request: { ...sampleRequest, commandIndex: 3 } })
    expect(parseCard(`${renderCard(parts)}\n${other}`)?.request.commandIndex).toBe(0)
  })
})

describe('decodeBase64Url', () => {
  it.each(['', 'a', 'ab', 'abc', 'é🐘\u0000', '\ufeffx', '>>>???'])('gives %j back', (plain) => {
    expect(encodeBase64Url(plain)).toMatch(/^[\w-]*$/)
    expect(decodeBase64Url(encodeBase64Url(plain))).toBe(plain)
  })

  it.each(['a', 'ab=', 'a b', 'YR', '_w', 'a+b/'])('gives nothing for %j', (encoded) => {
    expect(decodeBase64Url(encoded)).toBeUndefined()
  })
})
