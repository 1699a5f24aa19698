import {
  DISTANCES, HISTOGRAM, HISTOGRAMS, LENGTH_SYMBOLS, LITERAL_CODES, UNIT, UNITS,
} from './layout'
import { distanceSymbol } from './symbols'

const END_OF_BLOCK: usize = 256

// @ts-ignore: decorator
@inline
function add(counts: usize, symbol: usize): void {
  const at = counts + (symbol << 2)
  store<u32>(at, load<u32>(at) + 1)
}

/**
 * Counts the symbols of the sequences from `at`, whose bytes begin at `input`, as one more unit.
 * Returns the input's address after them.
 */
export function countUnit(s: usize, units: u32, at: usize, end: usize, input: usize): usize {
  const counts = s + HISTOGRAMS + units * HISTOGRAM
  memory.fill(counts, 0, HISTOGRAM)
  store<u32>(counts + 4 * END_OF_BLOCK, 1)
  for (; at < end; at += 8) {
    const head = load<u32>(at)
    const length = head >> 20
    const stop = input + (head & 0xfffff)
    while (input < stop) {
      add(counts, load<u8>(input))
      input++
    }
    if (length) {
      add(counts, load<u8>(s + LENGTH_SYMBOLS + length) + 257)
      add(counts + DISTANCES, distanceSymbol(load<u32>(at, 4)))
      input += length
    }
  }
  store<u32>(s + UNITS + units * UNIT, end)
  store<u32>(s + UNITS + units * UNIT, input, 4)
  return input
}

/** log2 of four counts above zero, good to about 0.005: exponent plus a cubic of the fraction. */
// @ts-ignore: decorator
@inline
export function log2x4(x: v128): v128 {
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)))
  const m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f800000))
  let y = f32x4.add(f32x4.mul(m, f32x4.splat(0.15824870)), f32x4.splat(-1.05187502))
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(3.04788415))
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-2.15360208))
  return f32x4.add(exponent, y)
}

// @ts-ignore: decorator
@inline
function lanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) +
    f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3)
}

/** Bits that a dynamic block's header takes: fixed part, and for each symbol in use. */
const HEADER_BITS: f32 = 90
const SYMBOL_BITS: f32 = 3.2

/** About how many bits a block with the counts of `a` and `b` together takes, extra bits aside. */
function cost(a: usize, b: usize): f32 {
  let bits: f32 = HEADER_BITS
  let from: usize = 0
  let to: usize = DISTANCES
  for (let part = 0; part < 2; part++) {
    let total = i32x4.splat(0)
    let weighted = f32x4.splat(0)
    let used = i32x4.splat(0)
    for (let at = from; at < to; at += 16) {
      const n = i32x4.add(v128.load(a + at), v128.load(b + at))
      total = i32x4.add(total, n)
      used = i32x4.sub(used, i32x4.gt_s(n, i32x4.splat(0)))
      const f = f32x4.convert_i32x4_s(i32x4.max_s(n, i32x4.splat(1)))
      weighted = f32x4.add(weighted, f32x4.mul(f, log2x4(f)))
    }
    const sum = f32x4.convert_i32x4_s(i32x4.splat(
      i32x4.extract_lane(total, 0) + i32x4.extract_lane(total, 1) +
        i32x4.extract_lane(total, 2) + i32x4.extract_lane(total, 3),
    ))
    const all = f32x4.extract_lane(sum, 0)
    if (all > 0) {
      bits += all * f32x4.extract_lane(log2x4(sum), 0) - lanes(weighted)
    }
    bits += SYMBOL_BITS * lanes(f32x4.convert_i32x4_s(used))
    from = DISTANCES
    to = HISTOGRAM
  }
  return bits
}

function merge(into: usize, from: usize): void {
  for (let at: usize = 0; at < HISTOGRAM; at += 16) {
    v128.store(into + at, i32x4.add(v128.load(into + at), v128.load(from + at)))
  }
  // Each has its own end of block.
  store<u32>(into + 4 * END_OF_BLOCK, 1)
}

// @ts-ignore: decorator
@inline
function unit(s: usize, index: u32): usize {
  return s + UNITS + index * UNIT
}

// @ts-ignore: decorator
@inline
function histogram(s: usize, index: u32): usize {
  return s + HISTOGRAMS + index * HISTOGRAM
}

/**
 * Joins neighbouring units as long as one block is cheaper than two, the best pair first. Afterwards
 * units are blocks; their histograms lie in order. Returns how many there are.
 */
export function mergeUnits(s: usize, count: u32): u32 {
  const none = s + LITERAL_CODES
  memory.fill(none, 0, HISTOGRAM)
  for (let i: u32 = 0; i < count; i++) {
    store<f32>(unit(s, i), cost(histogram(s, i), none), 8)
  }
  for (let i: u32 = 0; i + 1 < count; i++) {
    store<f32>(unit(s, i), cost(histogram(s, i), histogram(s, i + 1)), 12)
  }
  while (count > 1) {
    let best: f32 = 0
    let at: u32 = 0
    for (let i: u32 = 0; i + 1 < count; i++) {
      const saved =
        load<f32>(unit(s, i), 8) + load<f32>(unit(s, i + 1), 8) - load<f32>(unit(s, i), 12)
      if (saved > best) {
        best = saved
        at = i
      }
    }
    if (best <= 0) break
    join(s, at, count)
    count--
  }
  return count
}

function join(s: usize, at: u32, count: u32): void {
  const joined = load<f32>(unit(s, at), 12)
  merge(histogram(s, at), histogram(s, at + 1))
  store<u64>(unit(s, at), load<u64>(unit(s, at + 1)))
  store<f32>(unit(s, at), joined, 8)
  const after = count - at - 2
  memory.copy(unit(s, at + 1), unit(s, at + 2), after * <u32>UNIT)
  memory.copy(histogram(s, at + 1), histogram(s, at + 2), after * <u32>HISTOGRAM)
  if (at > 0) {
    store<f32>(unit(s, at - 1), cost(histogram(s, at - 1), histogram(s, at)), 12)
  }
  if (after > 0) {
    store<f32>(unit(s, at), cost(histogram(s, at), histogram(s, at + 1)), 12)
  }
}
