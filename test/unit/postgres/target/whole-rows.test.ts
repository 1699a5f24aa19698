import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { release } from '../../../../action/postgres/target/release.ts'
import { divideAtRows } from '../../../../action/postgres/target/whole-rows.ts'

async function* asChunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Uint8Array.from(Buffer.from(text))
}

async function divide(texts: readonly string[]): Promise<readonly [string, boolean][]> {
  const parts: [string, boolean][] = []
  for await (const { bytes, endsRow } of divideAtRows(asChunks(texts))) {
    parts.push([String(Buffer.from(bytes)), endsRow])
  }
  return parts
}

describe('divideAtRows', () => {
  it('divides a chunk behind its last whole row', async () => {
    expect(await divide(['1\n2\n3', '3\n', '4\n', '5'])).toEqual([
      ['1\n2\n', true],
      ['3', false],
      ['3\n', true],
      ['4\n', true],
      ['5', false],
    ])
  })

  it('gives a row that is longer than the chunks as parts that end none', async () => {
    expect(await divide(['long', 'er', ' row\n'])).toEqual([
      ['long', false],
      ['er', false],
      [' row\n', true],
    ])
  })

  it('gives whole rows to each of several takers that change where it says so', async () => {
    const row = fc.string({ maxLength: 12 }).map((text) => `${text.replaceAll('\n', ' ')}\n`)
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 20 }),
        async (rows, sizes) => {
          const text = rows.join('')
          const chunks: string[] = []
          for (let at = 0, n = 0; at < text.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1
            chunks.push(text.slice(at, at + size))
            at += size
          }
          const taken = ['', '', '']
          let taker = 0
          for (const [part, endsRow] of await divide(chunks)) {
            taken[taker] += part
            if (endsRow) taker = (taker + 1) % taken.length
          }
          const got = taken.flatMap((one) => one.match(/[^\n]*\n/g) ?? [])
          expect(got.toSorted()).toEqual(rows.toSorted())
          expect(taken.join('').length).toBe(text.length)
        },
      ),
    )
  })

  it('gives parts that can be freed in any order', async () => {
    const text = `${'row\n'.repeat(50_000)}begun`
    const parts: Uint8Array[] = []
    for await (const { bytes } of divideAtRows(asChunks([text]))) parts.push(bytes)
    const [rows, begun] = parts
    if (rows === undefined || begun === undefined) throw new Error('two parts were expected')
    release(rows)
    expect(rows.byteLength).toBe(0)
    expect(String(Buffer.from(begun))).toBe('begun')
  })
})
