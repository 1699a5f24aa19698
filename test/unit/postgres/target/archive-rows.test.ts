import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinPieces, readArchiveRows } from '../../../../action/postgres/target/archive-rows.ts'
import { readByOffset } from '../../../../action/postgres/target/read-by-offset.ts'
import { release } from '../../../../action/postgres/target/release.ts'

/** What pg_dump writes behind the last row. */
const endOfData = '\\.\n\n\n'

function asPieces(contents: readonly string[]): Buffer {
  return Buffer.concat(
    contents.flatMap((content) => {
      const bytes = Buffer.from(content)
      const head = Buffer.alloc(5)
      head.writeUInt32LE(bytes.length, 1)
      return [head, bytes]
    }),
  )
}

async function* cutAt(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...cuts, bytes.length].toSorted((a, b) => a - b)
  let at = 0
  for (const end of ends) {
    // Memory of its own, which is written over.
    yield Uint8Array.from(bytes.subarray(at, end))
    at = end
  }
}

async function gather(parts: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const part of parts) chunks.push(Buffer.from(part))
  return String(Buffer.concat(chunks))
}

describe('joinPieces', () => {
  it('gives what is in the pieces, wherever the chunks are cut', async () => {
    const row = fc.string({ maxLength: 20, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 20 }),
        fc.array(fc.nat(400), { maxLength: 10 }),
        async (rows, cuts) => {
          const pieces = asPieces(rows)
          const inside = cuts.filter((cut) => cut <= pieces.length)
          expect(await gather(joinPieces(cutAt(pieces, inside)))).toBe(rows.join(''))
        },
      ),
    )
  })

  it('gives them where every byte comes alone, and where a piece is longer than a chunk', async () => {
    const rows = ['one\n', 'x'.repeat(1000), '', 'é\n']
    const pieces = asPieces(rows)
    const everyByte = Array.from({ length: pieces.length }, (_, place) => place)
    for (const cuts of [everyByte, [7, 300]]) {
      expect(await gather(joinPieces(cutAt(pieces, cuts)))).toBe(rows.join(''))
    }
  })

  it('gives parts that stand for their chunk when it is released', async () => {
    const pieces = asPieces(Array.from({ length: 10_000 }, (_, n) => `row ${n}\n`))
    const chunk = Uint8Array.from(pieces)
    async function* rows() {
      yield chunk
    }
    for await (const part of joinPieces(rows())) release(part)
    expect(chunk.buffer.byteLength).toBe(0)
  })
})

describe('readArchiveRows', () => {
  const read = async (contents: readonly string[], cuts: readonly number[]) => {
    const before = Buffer.from('head')
    const pieces = asPieces(contents)
    const reader = readByOffset(cutAt(Buffer.concat([before, pieces, Buffer.from('tail')]), cuts))
    const place = { start: before.length, end: before.length + pieces.length }
    const rows = await gather(readArchiveRows(reader, place))
    expect(await gather(reader.until())).toBe('tail')
    return rows
  }

  it('leaves out the line that ends the data, wherever it is cut', async () => {
    const contents = ['1\ta\n', '2\tb\n', endOfData]
    const size = asPieces(contents).length
    for (let cut = 4; cut <= 4 + size; cut += 1) {
      expect(await read(contents, [cut])).toBe('1\ta\n2\tb\n')
    }
    expect(await read([endOfData], [6])).toBe('')
  })

  it('gives all rows where nothing ends them', async () => {
    expect(await read(['1234\n', '5678\n'], [8, 20])).toBe('1234\n5678\n')
    expect(await read(['1\n'], [])).toBe('1\n')
    expect(await read([], [2])).toBe('')
  })
})
