import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { expandedSizeMaxBytes, expandMember } from '../../../action/stream/expand-member.ts'
import { noise } from './random-bytes.ts'

const whole = gzipSync(noise(3_000_000))
/** Chunks are taken over, so that each reader needs its own. */
const cut = (start: number, end?: number) => Buffer.from(whole.subarray(start, end))

/** The member in pieces, after which the source is silent for ever. */
function silentAfter(pieces: number): {
  readonly stored: AsyncGenerator<Uint8Array>
  isStopped(): boolean
} {
  let isStopped = false
  async function* stored(): AsyncGenerator<Uint8Array> {
    try {
      for (let piece = 0; piece < pieces; piece++) {
        yield cut(piece * 100_000, (piece + 1) * 100_000)
      }
      await new Promise(() => {})
    } finally {
      isStopped = true
    }
  }
  return { stored: stored(), isStopped: () => isStopped }
}

describe('expandMember', () => {
  it('stops the source and waits for what is being written where the reader leaves', async () => {
    const { stored, isStopped } = silentAfter(30)
    let writing = 0
    const onStored = async () => {
      writing++
      await new Promise(setImmediate)
      writing--
    }
    for await (const chunk of expandMember(stored, undefined, onStored)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    expect(writing).toBe(0)
    expect(isStopped()).toBe(true)
  })

  it('reads on while a write takes longer than decompression', async () => {
    async function* stored(): AsyncGenerator<Uint8Array> {
      yield* [cut(0, 1_000_000), cut(1_000_000)]
    }
    let size = 0
    for await (const chunk of expandMember(stored(), undefined, async () => {
      for (let turn = 0; turn < 1000; turn++) {
        await new Promise(setImmediate)
      }
    })) {
      size += chunk.length
    }
    expect(size).toBe(3_000_000)
  })

  it('gives a reader that falls behind no larger chunk', async () => {
    async function* stored(): AsyncGenerator<Uint8Array> {
      yield cut(0)
    }
    let largest = 0
    for await (const chunk of expandMember(stored())) {
      largest = Math.max(largest, chunk.length)
      for (let turn = 0; turn < 1000; turn++) {
        await new Promise(setImmediate)
      }
    }
    expect(largest).toBe(expandedSizeMaxBytes)
  })

  it('gives up a silent source when the signal fires', async () => {
    const { stored } = silentAfter(3)
    const stop = new AbortController()
    const reason = new Error('enough')
    const reading = (async () => {
      for await (const chunk of expandMember(stored, stop.signal)) {
        expect(chunk.length).toBeGreaterThan(0)
        stop.abort(reason)
      }
    })()
    await expect(reading).rejects.toBe(reason)
  })
})
