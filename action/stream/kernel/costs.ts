import {
  DISTANCE_COSTS, DISTANCES, HISTOGRAM, HISTOGRAMS, LENGTH_COSTS, LENGTH_SYMBOLS, LITERAL_COSTS,
  RECENT, RECENT_LOG,
} from './layout'
import { log2x4 } from './split'
import { distanceExtra, distanceSymbol, lengthExtra } from './symbols'

/** Counts before anything was seen: a guess at text and numbers. */
export function resetCosts(s: usize): void {
  for (let i: u32 = 0; i < 320; i++) {
    let count: u32 = 1
    if (i >= 32 && i < 128) count = 8
    if (i >= 48 && i < 58) count = 40
    if (i >= 97 && i < 123) count = 20
    if (i > 256 && i < 270) count = 24
    if (i >= 288) count = 8 + (i - 288)
    store<u32>(s + RECENT + 4 * i, count)
  }
  deriveCosts(s)
}

/** Takes the counts of unit `index` into account. */
export function learnCosts(s: usize, index: u32): void {
  const counts = s + HISTOGRAMS + index * HISTOGRAM
  for (let at: usize = 0; at < HISTOGRAM; at += 16) {
    const old = i32x4.shr_u(v128.load(s + RECENT + at), 1)
    v128.store(s + RECENT + at, i32x4.add(old, v128.load(counts + at)))
  }
  deriveCosts(s)
}

/** log2 of the total over the count, in eighths of a bit, never above 15 bits. */
function logs(s: usize, from: usize, to: usize): void {
  let total = i32x4.splat(0)
  for (let at = from; at < to; at += 16) {
    total = i32x4.add(total, v128.load(s + RECENT + at))
  }
  const sum = i32x4.extract_lane(total, 0) + i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) + i32x4.extract_lane(total, 3)
  const all = log2x4(f32x4.convert_i32x4_s(i32x4.splat(sum + 1)))
  for (let at = from; at < to; at += 16) {
    const f = f32x4.max(f32x4.convert_i32x4_s(v128.load(s + RECENT + at)), f32x4.splat(0.5))
    const bits = f32x4.min(f32x4.sub(all, log2x4(f)), f32x4.splat(15))
    v128.store(s + RECENT_LOG + at, i32x4.trunc_sat_f32x4_s(f32x4.mul(bits, f32x4.splat(8))))
  }
}

function deriveCosts(s: usize): void {
  logs(s, 0, DISTANCES)
  logs(s, DISTANCES, HISTOGRAM)
  for (let i: u32 = 0; i < 256; i++) {
    store<u16>(s + LITERAL_COSTS + 2 * i, load<u32>(s + RECENT_LOG + 4 * i))
  }
  for (let length: u32 = 3; length <= 258; length++) {
    const symbol: u32 = load<u8>(s + LENGTH_SYMBOLS + length)
    const bits = load<u32>(s + RECENT_LOG + 4 * (257 + symbol))
    store<u16>(s + LENGTH_COSTS + 2 * length, bits + 8 * lengthExtra(symbol))
  }
  for (let symbol: u32 = 0; symbol < 30; symbol++) {
    const bits = load<u32>(s + RECENT_LOG + DISTANCES + 4 * symbol)
    store<u16>(s + DISTANCE_COSTS + 2 * symbol, bits + 8 * distanceExtra(symbol))
  }
}

/** What a match costs, in eighths of a bit. */
// @ts-ignore: decorator
@inline
export function matchCost(s: usize, length: u32, distance: u32): i32 {
  return <i32>load<u16>(s + LENGTH_COSTS + (length << 1)) +
    <i32>load<u16>(s + DISTANCE_COSTS + (distanceSymbol(distance) << 1))
}

/** What the bytes from `p` cost as literals. */
// @ts-ignore: decorator
@inline
export function literalsCost(s: usize, p: usize, count: u32): i32 {
  let cost: i32 = 0
  for (const stop = p + count; p < stop; p++) {
    cost += load<u16>(s + LITERAL_COSTS + (<usize>load<u8>(p) << 1))
  }
  return cost
}
