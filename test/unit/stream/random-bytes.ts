/** Numbers from 0 below 1 that are the same on every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Bytes that nothing compresses. */
export function noise(sizeBytes: number, seed = 1): Buffer {
  const random = createRandom(seed)
  const bytes = Buffer.alloc(sizeBytes)
  for (let at = 0; at < sizeBytes; at++) {
    bytes[at] = random() * 256
  }
  return bytes
}
