import fc from 'fast-check'
import { expect, test } from 'vitest'
import { document, element, innerElements, textOf } from '../../../support/s3-server/xml.ts'

test('textOf reads back every text that element wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      const written = document('Answer', element('Key', `[${text}]`))
      expect(textOf(written, 'Key')).toBe(`[${text}]`)
    }),
  )
})

test('element leaves out what is undefined', () => {
  expect(element('A', undefined, [element('B', 1), undefined]).xml).toBe('<A><B>1</B></A>')
})

test('innerElements finds elements with attributes, in order', () => {
  const xml = '<R xmlns="x"><Part a="1">1</Part><Part>\n2</Part></R>'
  expect(innerElements(xml, 'Part')).toEqual(['1', '\n2'])
})
