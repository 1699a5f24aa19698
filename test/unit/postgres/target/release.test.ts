import { describe, expect, it } from 'vitest'
import { inPlaceOf, release, releaseInOrder } from '../../../../action/postgres/target/release.ts'

const large = 100_000

describe('release', () => {
  it('frees what a chunk lies in where it reaches to its end', () => {
    const memory = new ArrayBuffer(large)
    release(new Uint8Array(memory, 0, 10))
    expect(memory.byteLength).toBe(large)
    release(new Uint8Array(memory, 10))
    expect(memory.byteLength).toBe(0)
  })

  it('frees it by a part that stands for such a chunk, and by no other', () => {
    const memory = new ArrayBuffer(large)
    release(inPlaceOf(new Uint8Array(memory, 0, 50), 0, 20))
    expect(memory.byteLength).toBe(large)
    release(inPlaceOf(new Uint8Array(memory, 50), 0, 20))
    expect(memory.byteLength).toBe(0)
  })

  it('leaves small memory alone, which node may have shared out', () => {
    const memory = new ArrayBuffer(1000)
    release(new Uint8Array(memory))
    expect(memory.byteLength).toBe(1000)
  })
})

describe('releaseInOrder', () => {
  it('frees a chunk once all before it have left', () => {
    const keep = releaseInOrder()
    const memory = new ArrayBuffer(large)
    const first = keep(new Uint8Array(memory, 0, 10))
    const second = keep(new Uint8Array(memory, 10))
    second()
    expect(memory.byteLength).toBe(large)
    first()
    expect(memory.byteLength).toBe(0)
  })

  it('goes on with those behind it', () => {
    const keep = releaseInOrder()
    const memories = [1, 2, 3].map(() => new ArrayBuffer(large))
    const left = memories.map((memory) => keep(new Uint8Array(memory)))
    left[2]?.()
    left[0]?.()
    expect(memories.map(({ byteLength }) => byteLength)).toEqual([0, large, large])
    left[1]?.()
    expect(memories.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0])
  })
})
