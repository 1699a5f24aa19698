import { CHAIN, HASH4_BITS, HEAD4, WINDOW } from './layout'

/** Searches, and by how many bytes their later halves made matches longer, since {@link restart}. */
export let searches: u32 = 0
export let gained: u32 = 0

export function restart(): void {
  searches = 0
  gained = 0
}

/** Distances stay one below the window, so that a position's chain entry is never its own. */
const FAR: usize = WINDOW - 1

// @ts-ignore: decorator
@inline
function slot(s: usize, p: usize): usize {
  return s + (<usize>((load<u32>(p) * 0x9e3779b1) >> (32 - HASH4_BITS)) << 2)
}

// @ts-ignore: decorator
@inline
export function insert(s: usize, p: usize): usize {
  const head = slot(s, p)
  const newest = <usize>load<u32>(head, HEAD4)
  const distance = p - newest
  store<u32>(head, p, HEAD4)
  store<u16>(s + ((p & FAR) << 1), distance > FAR ? 0 : distance, CHAIN)
  return newest
}

/** Makes `p` and all after it before `end` known without looking for matches. */
export function insertAll(s: usize, p: usize, end: usize): void {
  for (; p < end; p++) insert(s, p)
}

// @ts-ignore: decorator
@inline
function extend(a: usize, b: usize, limit: u32): u32 {
  let length: u32 = 4
  while (length < limit) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length)
    if (difference) {
      length += <u32>ctz(difference) >> 3
      break
    }
    length += 8
  }
  return length < limit ? length : limit
}

/**
 * Makes `p` known and looks for a match longer than `best` (at least 3), at most `limit` bytes; the
 * search ends after `depth` candidates or at a match of `nice` bytes.
 * Returns length << 16 | distance, or 0.
 */
export function longest(
  s: usize, p: usize, best: u32, limit: u32, depth: u32, nice: u32,
): u32 {
  let candidate = insert(s, p)
  const low = p - FAR
  if (best >= limit || candidate < low) return 0
  if (nice > limit) nice = limit
  searches++
  const late = depth >> 1
  let distance: usize = 0
  const first = load<u32>(p)
  let last = load<u32>(p + best - 3)
  do {
    // The last bytes of a longer match differ sooner than its first ones.
    if (load<u32>(candidate + best - 3) == last && load<u32>(candidate) == first) {
      const length = extend(candidate, p, limit)
      if (length > best) {
        if (depth <= late) gained += length - best
        best = length
        distance = p - candidate
        if (length >= nice) break
        last = load<u32>(p + best - 3)
      }
    }
    const back = <usize>load<u16>(s + ((candidate & FAR) << 1), CHAIN)
    if (back == 0) break
    candidate -= back
  } while (candidate >= low && --depth > 0)
  return distance ? (best << 16) | <u32>distance : 0
}

/** Forgets every position: those of another block are not in reach. */
export function forget(s: usize): void {
  memory.fill(s + HEAD4, 0, 4 << HASH4_BITS)
}
