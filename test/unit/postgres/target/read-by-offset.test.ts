import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readByOffset } from '../../../../action/postgres/target/read-by-offset.ts'

async function* inChunks(text: string, sizes: readonly number[], onEnd = () => {}) {
  try {
    let at = 0
    for (const size of [...sizes, text.length]) {
      yield Buffer.from(text.slice(at, at + size))
      at += size
    }
  } finally {
    onEnd()
  }
}

const read = async (part: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(part)).toString()

describe('readByOffset', () => {
  it('gives the parts between offsets, however the chunks are cut', async () => {
    const text = 'abcdefghijklmnopqrstuvwxyz'
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(fc.nat(30), { maxLength: 5 }), async (cuts, offsets) => {
        const reader = readByOffset(inChunks(text, cuts))
        let at = 0
        for (const offset of offsets.toSorted((a, b) => a - b)) {
          expect(await read(reader.until(offset))).toBe(text.slice(at, offset))
          at = Math.max(at, offset)
        }
        expect(await read(reader.until())).toBe(text.slice(at))
      }),
    )
  })

  it('goes on from where it skipped to, after chunks that were freed', async () => {
    const large = 'x'.repeat(300_000)
    const reader = readByOffset(inChunks(`${large}yz`, [100_000, 150_000]))
    await reader.skip(299_999)
    expect(await read(reader.until(300_001))).toBe('xy')
    expect(await read(reader.until())).toBe('z')
  })

  it('gives a part that is cut off its own memory', async () => {
    const whole = Buffer.from('x'.repeat(200_000))
    const reader = readByOffset(inChunks(whole.toString(), []))
    const first = await Array.fromAsync(reader.until(10))
    const rest = await Array.fromAsync(reader.until())
    expect(first[0]?.buffer).not.toBe(rest[0]?.buffer)
  })

  it('close lets go of the source', async () => {
    let isEnded = false
    const reader = readByOffset(
      inChunks('abc', [1], () => {
        isEnded = true
      }),
    )
    expect(await read(reader.until(1))).toBe('a')
    await reader.close()
    await reader.close()
    expect(isEnded).toBe(true)
  })
})
