import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byUtf8, pageOf } from '../../../support/s3-server/paging.ts'

test('byUtf8 puts what lies beyond the basic plane last', () => {
  expect(['😀', '～', 'a', 'ä'].sort(byUtf8)).toEqual(['a', 'ä', '～', '😀'])
})

test('pageOf folds what shares a part up to the delimiter, and shows it once', () => {
  const names = ['p/a/1', 'p/a/2', 'p/b', 'p/c/1']
  const page = pageOf(names, { prefix: 'p/', delimiter: '/', after: '', limit: 10 })
  expect(page).toEqual({
    lines: [
      { name: 'p/a/', isPrefix: true },
      { name: 'p/b', isPrefix: false },
      { name: 'p/c/', isPrefix: true },
    ],
    isTruncated: false,
  })
})

test('pageOf: the pages together are the listing, whatever their size', () => {
  const name = fc.stringMatching(/^[ab/]{1,5}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('', '/'),
      (names, limit, delimiter) => {
        const sorted = names.sort(byUtf8)
        const selection = { prefix: '', delimiter, after: '' }
        const whole = pageOf(sorted, { ...selection, limit: 1000 }).lines
        const seen: (typeof whole)[number][] = []
        for (let after = '', isMore = true; isMore; ) {
          const page = pageOf(sorted, { ...selection, after, limit })
          seen.push(...page.lines)
          after = page.lines.at(-1)?.name ?? ''
          isMore = page.isTruncated
        }
        expect(seen).toEqual(whole)
      },
    ),
  )
})
