import { HUFFMAN } from './layout'

// Length-limited Huffman codes. Room: sorted keys, then weights, then the flags of package-merge.
const KEYS: usize = HUFFMAN
const WEIGHTS: usize = HUFFMAN + 4 * 288
const MERGED: usize = HUFFMAN + 8 * 288
const OTHER: usize = MERGED + 4 * 600
const FLAGS: usize = OTHER + 4 * 600

/**
 * Sets the length of each of `count` symbols at `lengths` (bytes) from `counts` (u32), none longer
 * than `limit`. At least two symbols get a code, which keeps the code complete for every decoder.
 */
export function buildLengths(s: usize, counts: usize, count: u32, limit: u32, lengths: usize): void {
  memory.fill(lengths, 0, count)
  let used: u32 = 0
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const weight = load<u32>(counts + 4 * symbol)
    if (weight) {
      store<u32>(s + KEYS + 4 * used, (weight << 9) | symbol)
      used++
    }
  }
  if (used < 2) {
    const only: u32 = used == 1 ? load<u32>(s + KEYS) & 511 : 0
    store<u8>(lengths + only, 1)
    store<u8>(lengths + (only == 0 ? 1 : 0), 1)
    return
  }
  sort(s + KEYS, used)
  if (minimumRedundancy(s, used) > limit) {
    packageMerge(s, used, limit)
  }
  for (let i: u32 = 0; i < used; i++) {
    const symbol = load<u32>(s + KEYS + 4 * i) & 511
    store<u8>(lengths + symbol, load<u32>(s + WEIGHTS + 4 * i))
  }
}

/** Shell sort: at most 288 keys. */
function sort(keys: usize, count: u32): void {
  let gap: u32 = count > 121 ? 121 : count > 40 ? 40 : 13
  for (;;) {
    for (let i: u32 = gap; i < count; i++) {
      const key = load<u32>(keys + 4 * i)
      let j = i
      while (j >= gap && load<u32>(keys + 4 * (j - gap)) > key) {
        store<u32>(keys + 4 * j, load<u32>(keys + 4 * (j - gap)))
        j -= gap
      }
      store<u32>(keys + 4 * j, key)
    }
    if (gap == 1) return
    gap = gap / 3
  }
}

/**
 * Huffman's code lengths in place over weights in rising order (Moffat and Katajainen, 1995).
 * Returns the longest.
 */
function minimumRedundancy(s: usize, count: u32): u32 {
  const w = s + WEIGHTS
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(w + 4 * i, load<u32>(s + KEYS + 4 * i) >> 9)
  }
  // First pass: weights of inner nodes, then pointers to parents.
  let leaf: u32 = 0
  let root: u32 = 0
  for (let next: u32 = 0; next < count - 1; next++) {
    let sum: u32 = 0
    for (let k = 0; k < 2; k++) {
      const isInner =
        leaf >= count || (root < next && load<u32>(w + 4 * root) < load<u32>(w + 4 * leaf))
      if (isInner) {
        sum += load<u32>(w + 4 * root)
        store<u32>(w + 4 * root, next)
        root++
      } else {
        sum += load<u32>(w + 4 * leaf)
        leaf++
      }
    }
    store<u32>(w + 4 * next, sum)
  }
  // Second pass: depths of inner nodes.
  store<u32>(w + 4 * (count - 2), 0)
  for (let i: i32 = <i32>count - 3; i >= 0; i--) {
    const parent = load<u32>(w + 4 * i)
    store<u32>(w + 4 * i, load<u32>(w + 4 * parent) + 1)
  }
  // Third pass: depths of leaves, the rarest symbol first.
  let available: u32 = 1
  let depth: u32 = 0
  let inner: i32 = <i32>count - 2
  let at: i32 = <i32>count - 1
  while (available > 0) {
    let usedHere: u32 = 0
    while (inner >= 0 && load<u32>(w + 4 * inner) == depth) {
      usedHere++
      inner--
    }
    while (available > usedHere) {
      store<u32>(w + 4 * at, depth)
      at--
      available--
    }
    available = 2 * usedHere
    depth++
  }
  return load<u32>(w)
}

/**
 * The optimal code with a limit (Larmore and Hirschberg, 1990): level by level, leaves merged with
 * pairs of the level below; kept of each level is only which of its items are leaves.
 */
function packageMerge(s: usize, count: u32, limit: u32): void {
  const keys = s + KEYS
  let below = s + MERGED
  let here = s + OTHER
  let belowCount: u32 = 0
  for (let level: u32 = 0; level < limit; level++) {
    const flags = s + FLAGS + level * 600
    let leaf: u32 = 0
    let pair: u32 = 0
    let n: u32 = 0
    while (leaf < count || pair + 1 < belowCount) {
      const hasPair = pair + 1 < belowCount
      const packed: u32 = hasPair
        ? load<u32>(below + 4 * pair) + load<u32>(below + 4 * (pair + 1))
        : 0
      if (leaf < count && (!hasPair || load<u32>(keys + 4 * leaf) >> 9 <= packed)) {
        store<u32>(here + 4 * n, load<u32>(keys + 4 * leaf) >> 9)
        store<u8>(flags + n, 1)
        leaf++
      } else {
        store<u32>(here + 4 * n, packed)
        store<u8>(flags + n, 0)
        pair += 2
      }
      n++
    }
    const swap = below
    below = here
    here = swap
    belowCount = n
  }
  memory.fill(s + WEIGHTS, 0, 4 * count)
  let taken: u32 = 2 * count - 2
  for (let level: i32 = <i32>limit - 1; level >= 0 && taken > 0; level--) {
    const flags = s + FLAGS + <u32>level * 600
    let leaves: u32 = 0
    for (let i: u32 = 0; i < taken; i++) {
      leaves += load<u8>(flags + i)
    }
    for (let i: u32 = 0; i < leaves; i++) {
      store<u32>(s + WEIGHTS + 4 * i, load<u32>(s + WEIGHTS + 4 * i) + 1)
    }
    taken = 2 * (taken - leaves)
  }
}

/** Canonical codes, bits reversed as deflate sends them: bits | length << 24. */
export function buildCodes(s: usize, lengths: usize, count: u32, codes: usize): void {
  const next = s + HUFFMAN
  memory.fill(next, 0, 4 * 17)
  for (let i: u32 = 0; i < count; i++) {
    const at = next + 4 * load<u8>(lengths + i)
    store<u32>(at, load<u32>(at) + 1)
  }
  store<u32>(next, 0)
  let code: u32 = 0
  for (let bits: u32 = 1; bits <= 15; bits++) {
    const n = load<u32>(next + 4 * bits)
    store<u32>(next + 4 * bits, code)
    code = (code + n) << 1
  }
  for (let i: u32 = 0; i < count; i++) {
    const bits: u32 = load<u8>(lengths + i)
    let reversed: u32 = 0
    if (bits) {
      let value = load<u32>(next + 4 * bits)
      store<u32>(next + 4 * bits, value + 1)
      for (let k: u32 = 0; k < bits; k++) {
        reversed = (reversed << 1) | (value & 1)
        value >>= 1
      }
    }
    store<u32>(codes + 4 * i, reversed | (bits << 24))
  }
}
