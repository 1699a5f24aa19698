import { expect, it } from 'vitest'
import { formatNumber } from '../../../action/domain/format-number.ts'
import { quoteShell } from '../../../action/domain/quote-shell.ts'
import { showControls } from '../../../action/domain/show-controls.ts'

it.each([
  ['shop', 'shop'],
  ['größe 漢字 🚀', 'größe 漢字 🚀'],
  ['a\nb\r\tc', 'a\\u{a}b\\u{d}\\u{9}c'],
  ['\u001b[31mred', '\\u{1b}[31mred'],
  ['\u009b2J', '\\u{9b}2J'],
  ['a\u202eb\u200bc\ufeff', 'a\\u{202e}b\\u{200b}c\\u{feff}'],
  ['a\u2028b', 'a\\u{2028}b'],
  ['\ud800', '\\u{d800}'],
])('showControls makes %j visible', (text, shown) => {
  expect(showControls(text)).toBe(shown)
})

it.each([
  ['shop', 'shop'],
  ['s3://vault/a_b-c.sql.gz', 's3://vault/a_b-c.sql.gz'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['$(reboot)', "'$(reboot)'"],
  ['~root', "'~root'"],
])('quoteShell makes %j one word', (text, word) => {
  expect(quoteShell(text)).toBe(word)
})

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [6_600_000, '6,600,000'],
])('formatNumber parts the thousands of %d', (count, text) => {
  expect(formatNumber(count)).toBe(text)
})
