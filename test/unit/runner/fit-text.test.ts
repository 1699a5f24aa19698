import { describe, expect, it } from 'vitest'
import {
  breakText,
  cutToColumns,
  measureColumns,
  wrapText,
} from '../../../action/runner/fit-text.ts'

describe('measureColumns', () => {
  it.each([
    ['', 0],
    ['shop', 4],
    ['größe', 5],
    ['e\u0301', 1],
    ['漢字', 4],
    ['🚀', 2],
    ['👨‍👩‍👧', 2],
  ])('of %j is %d', (text, columns) => {
    expect(measureColumns(text)).toBe(columns)
  })
})

describe('cutToColumns', () => {
  it.each([
    ['shop', 4, 'shop'],
    ['shops', 4, 'sho…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['ab', 1, '…'],
    ['whole', Number.POSITIVE_INFINITY, 'whole'],
  ])('of %j to %d is %j', (text, columns, cut) => {
    expect(cutToColumns(text, columns)).toBe(cut)
  })
})

describe('wrapText', () => {
  it('breaks at spaces, and leaves a long word whole', () => {
    expect(wrapText('one two threefourfive six', 8)).toEqual(['one two', 'threefourfive', 'six'])
    expect(wrapText('', 8)).toEqual([''])
  })
})

describe('breakText', () => {
  it('breaks a word that is too long', () => {
    expect(breakText('a threefourfive 漢字漢', 5)).toEqual([
      'a',
      'three',
      'fourf',
      'ive',
      '漢字',
      '漢',
    ])
  })
})
