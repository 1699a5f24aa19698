import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countSteps } from '../../support/count-steps/count-steps.ts'

/** Functions of a text whose work is known. */
const samples = `
export function once(text) { let seen = 0; for (const character of text) if (character === 'a') seen += 1; return seen }
export function again(text) { let seen = 0; for (let i = 0; i < text.length; i += 1) for (let j = 0; j < text.length; j += 1) seen += 1; return seen }
export function searched(text) { for (let i = 0; i < text.length; i += 1) text.indexOf('z', i) }
export function split(text) { return text.split(/,|(?=a)/).map((part) => part.trimEnd()).join('') }
export function tested(text) { for (let i = 0; i < text.length; i += 1) /a+z/y.test(text.slice(i)) }
export function replaced(text) { return text.replace(/a*z$/, '') }
export function nested(text) { return /^(?:(a)|b\\1){2,}?(?<!z)$/.exec(text) }
export function listed(text) { const list = [...text]; for (const one of text) list.includes('z') }
export function bounded(text) { return /\\bz/.exec(text) }
`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-steps-'))
  writeFileSync(join(folder, 'samples.mjs'), samples)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function count(name: string, texts: readonly string[]) {
  const file = pathToFileURL(join(folder, 'samples.mjs')).href
  return await countSteps({ file, name, folder: pathToFileURL(`${folder}/`).href, texts })
}

/** By how much more work eight times as long a text is. */
async function grow(name: string): Promise<number> {
  const [short = 0, long = 0] = await count(name, ['a'.repeat(200), 'a'.repeat(1_600)])
  return long / short
}

describe('countSteps', () => {
  it.each(['once', 'split', 'nested'])(
    'finds eight times the work in what is linear: %s',
    async (name) => {
      expect(await grow(name)).toBeGreaterThan(7.5)
      expect(await grow(name)).toBeLessThan(8.5)
    },
  )

  it.each(['again', 'searched', 'tested', 'replaced', 'listed'])(
    'finds sixty-four times in what is quadratic: %s',
    async (name) => {
      expect(await grow(name)).toBeGreaterThan(50)
    },
  )

  it('says the same every time', async () => {
    const texts = ['aaa', 'a,b', '', 'a'.repeat(500)]
    expect(await count('split', texts)).toEqual(await count('split', texts))
  })

  it('refuses an expression that it cannot count', async () => {
    await expect(count('bounded', ['a'])).rejects.toThrow('Cannot count /\\bz/')
  })
})
