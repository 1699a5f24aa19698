import { describe, expect, it } from 'vitest'
import { readBlocks } from '../../../support/documents/read-blocks.ts'
import { readSteps } from '../../../support/documents/read-steps.ts'

function stepsOf(markdown: string) {
  const blocks = readBlocks(markdown)
  return readSteps({
    path: 'page.md',
    text: markdown,
    prose: '',
    spans: [],
    headings: [],
    blocks,
  })
}

describe('readBlocks', () => {
  it('finds blocks in lists, between tildes, and without a fence', () => {
    const markdown = '1. one\n\n       as it is\n\n   ```sh\n   ls\n   ```\n\n~~~js title\nx\n~~~\n'
    expect(readBlocks(markdown)).toEqual([
      { language: '', code: 'as it is\n', line: 3 },
      { language: 'sh', code: 'ls\n', line: 6 },
      { language: 'js', code: 'x\n', line: 10 },
    ])
  })
})

describe('readSteps', () => {
  it('takes commands with what is shown of each, and scripts whole', () => {
    const page = '```console\n$ a\n1\n$ b\n```\n\n```sh\nc\nd\n```\n\n```sql\nSELECT 1;\n```\n'
    expect(stepsOf(page)).toEqual([
      { kind: 'command', text: 'a', line: 2, shown: [{ text: '1', line: 3 }] },
      { kind: 'command', text: 'b', line: 4, shown: [] },
      { kind: 'script', text: 'c\nd\n', line: 8 },
      { kind: 'sql', text: 'SELECT 1;\n', line: 13 },
    ])
  })

  it('goes on with the output of the block before', () => {
    const shown = stepsOf('```console\n$ a\n...\n```\n\nMeanwhile:\n\n```console\n2\n```\n')
    expect(shown).toMatchObject([{ shown: [{ text: '...' }, { text: '2', line: 9 }] }])
  })

  it('refuses output of no command', () => {
    expect(() => stepsOf('```console\n2\n```\n')).toThrow('page.md:2')
  })
})
