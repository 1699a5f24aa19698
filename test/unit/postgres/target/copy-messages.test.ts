import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  linesAsMessages,
  piecesAsMessages,
} from '../../../../action/postgres/target/copy-messages.ts'

/** What a server would take from messages: the content of each. */
function readMessages(bytes: Buffer): string[] {
  const contents: string[] = []
  for (let at = 0; at < bytes.length; ) {
    expect(bytes.toString('latin1', at, at + 1)).toBe('d')
    const size = bytes.readUInt32BE(at + 1)
    contents.push(bytes.toString('utf8', at + 5, at + 1 + size))
    at += 1 + size
  }
  return contents
}

function asPieces(rows: readonly string[]): Buffer {
  return Buffer.concat(
    rows.map((row) => {
      const head = Buffer.alloc(5)
      head.writeUInt32LE(Buffer.byteLength(row), 1)
      return Buffer.concat([head, Buffer.from(row)])
    }),
  )
}

async function* cutAt(bytes: Buffer, cuts: readonly number[]) {
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    if (cut > from) yield Buffer.from(bytes.subarray(from, cut))
    from = Math.max(from, cut)
  }
}

const gather = async (parts: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(parts, (part) => Buffer.from(part)))

describe('linesAsMessages', () => {
  it('makes a message of each chunk', async () => {
    const sent = await gather(linesAsMessages(cutAt(Buffer.from('1\ta\n2\tb\n'), [6])))
    expect(readMessages(sent)).toEqual(['1\ta\n2\t', 'b\n'])
  })
})

describe('piecesAsMessages', () => {
  it('makes a message of each piece, wherever the chunks are cut', async () => {
    const row = fc.string({ maxLength: 20, unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 12 }),
        fc.array(fc.nat(300), { maxLength: 30 }),
        async (rows, cuts) => {
          const pieces = asPieces(rows)
          const inside = cuts.filter((cut) => cut <= pieces.length)
          expect(readMessages(await gather(piecesAsMessages(cutAt(pieces, inside))))).toEqual(rows)
        },
      ),
    )
  })

  it('does so where every byte comes by itself, and for pieces longer than chunks', async () => {
    const rows = ['one\n', 'x'.repeat(1000), '', 'é\n']
    const pieces = asPieces(rows)
    const everyByte = Array.from({ length: pieces.length }, (_, place) => place)
    expect(readMessages(await gather(piecesAsMessages(cutAt(pieces, everyByte))))).toEqual(rows)
    expect(readMessages(await gather(piecesAsMessages(cutAt(pieces, [7, 300]))))).toEqual(rows)
  })
})
