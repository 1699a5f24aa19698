import { crc32, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBlockMemory } from '../../../action/stream/block-memory.ts'
import { type DeflatedBlock, deflateBlock } from '../../../action/stream/deflate-block.ts'
import { levelSettings } from '../../../action/stream/level-settings.ts'
import { noise } from './random-bytes.ts'
import { realisticDump } from './realistic-dump.ts'

const memory = createBlockMemory(1, 1)
const kernel = memory.instantiate()
const [input, output] = [memory.inputAt(0), memory.outputAt(0)]
const finalEmptyBlock = Buffer.of(3, 0)

interface Ends {
  readonly window?: Uint8Array
  readonly isFinal?: boolean
  readonly level?: number
}

function deflate(raw: Uint8Array, ends: Ends): DeflatedBlock & { readonly stored: Buffer } {
  const window = ends.window ?? new Uint8Array(0)
  memory.bytes.set(window, input - window.length)
  memory.bytes.set(raw, input)
  const done = deflateBlock(kernel, memory.stateAt(0), memory.bytes, crc32, {
    ...levelSettings(ends.level ?? 9),
    slot: 7,
    input,
    windowSize: window.length,
    size: raw.length,
    output,
    isFinal: ends.isFinal ?? true,
  })
  return { ...done, stored: Buffer.from(memory.bytes.slice(output, output + done.storedSize)) }
}

function expectRoundTrip(raw: Uint8Array, ends: Ends): void {
  const { stored, crc } = deflate(raw, ends)
  const whole = ends.isFinal === false ? Buffer.concat([stored, finalEmptyBlock]) : stored
  const dictionary = ends.window?.length ? { dictionary: Buffer.from(ends.window) } : {}
  expect(Buffer.compare(inflateRawSync(whole, dictionary), raw)).toBe(0)
  expect(crc).toBe(crc32(raw))
  expect(stored.length).toBeLessThanOrEqual(raw.length + 1024)
}

const level = fc.integer({ min: 1, max: 9 })
/** Few letters and repeated pieces: full of matches of every length and distance. */
const repetitive = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 }),
      fc.tuple(fc.string({ maxLength: 12 }), fc.nat(60)).map(([text, n]) => text.repeat(n)),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => Buffer.from(pieces.join('')))
const bytes = fc.oneof(fc.uint8Array({ maxLength: 5000 }), repetitive)

describe('deflateBlock', { timeout: 30_000 }, () => {
  it('round-trips arbitrary bytes behind an arbitrary window at every level', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.boolean(), level, (window, raw, isFinal, each) => {
        expectRoundTrip(raw, { window: window.subarray(-32768), isFinal, level: each })
      }),
      { numRuns: 1500 },
    )
  })

  it('does not depend on what the memory held before', () => {
    fc.assert(
      fc.property(bytes, bytes, bytes, (before, window, raw) => {
        const first = deflate(raw, { window }).stored
        memory.bytes.set(noise(100), input + raw.length)
        deflate(before, { window: raw.subarray(-32768) })
        expect(deflate(raw, { window }).stored).toEqual(first)
      }),
    )
  })

  it.each([1, 5, 9])('round-trips whole blocks at level %i', (each) => {
    const size = 256 * 1024
    const text = realisticDump(1500)
    const kinds = [
      noise(size),
      Buffer.alloc(size),
      Buffer.alloc(size, 'ab'),
      text.subarray(0, size),
    ]
    const mixed = Buffer.concat([noise(90_000), Buffer.alloc(50_000), text.subarray(-60_000)])
    for (const raw of [...kinds, mixed]) {
      expectRoundTrip(raw, { level: each })
      expectRoundTrip(raw, { level: each, window: text.subarray(300_000, 332_768), isFinal: false })
    }
  })

  it('stays within 15 bits where counts grow like Fibonacci numbers', () => {
    const pieces: Buffer[] = []
    for (let symbol = 0, a = 1, b = 1; a < 80_000; symbol++) {
      pieces.push(Buffer.alloc(a, symbol))
      const sum = a + b
      a = b
      b = sum
    }
    // Every second byte is noise of its own, lest the runs become matches.
    const raw = Buffer.concat(pieces)
    const order = noise(raw.length * 4)
    for (let at = raw.length - 1; at > 0; at--) {
      const other = order.readUInt32LE(at * 4) % (at + 1)
      const kept = raw[at] ?? 0
      raw[at] = raw[other] ?? 0
      raw[other] = kept
    }
    expectRoundTrip(raw, {})
  })

  it('refers to the window', () => {
    const raw = noise(30_000)
    expect(deflate(raw, { window: raw }).storedSize).toBeLessThan(500)
    expect(deflate(raw, {}).storedSize).toBeGreaterThan(30_000)
  })

  it('counts line breaks and tells where data may end', () => {
    const line = fc.constantFrom('a\n', '\n', '\\.', '\\', '.', 'xyz', '\\N\t\n', '\n\\.\n')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const text = lines.join('')
        const { newlines, mayEndData } = deflate(Buffer.from(`${text}x`), {})
        expect(newlines).toBe(text.split('\n').length - 1)
        expect(mayEndData).toBe(text.includes('\n\\.'))
      }),
    )
  })
})
