import { learnCosts, literalsCost, matchCost, resetCosts } from './costs'
import { LITERALS_MAX, SEQUENCES, UNITS_MAX } from './layout'
import { gained, insert, longest, restart, searches } from './matcher'
import { countUnit } from './split'

const LENGTH_MAX: u32 = 258
/** Symbols of a unit: what is coded alike in a dump seldom ends within so few. */
const UNIT_SYMBOLS: u32 = 2048
/** What a byte that a match covers is worth, in eighths of a bit; found by trying. */
const BYTE_WORTH: i32 = 32
/**
 * So many searches are watched; where their later halves gained more or fewer bytes than this, the
 * next ones go twice or half as deep. Text and JSON gain much, numbers and keys next to nothing.
 */
const WATCHED: u32 = 1024
const GAIN_HIGH: u32 = 80
const GAIN_LOW: u32 = 40
/** Matches of fewer bytes may cost more than their literals. */
const SURELY_WORTH: u32 = 8

/** Where sequences are written next, and the first input byte that no sequence covers yet. */
let out: usize = 0
let literalsFrom: usize = 0
/** Symbols since the unit began, its first sequence and byte, and how many units are complete. */
let symbols: u32 = 0
let unitFrom: usize = 0
let unitInput: usize = 0
let units: u32 = 0

/** Closes the run of literals before `upTo`; returns its length, less what had to be cut off. */
function literals(upTo: usize): u32 {
  let run = <u32>(upTo - literalsFrom)
  while (run > LITERALS_MAX) {
    sequence(0, LITERALS_MAX, 0)
    run -= LITERALS_MAX
  }
  return run
}

// @ts-ignore: decorator
@inline
function sequence(length: u32, run: u32, distance: u32): void {
  store<u32>(out, (length << 20) | run)
  store<u32>(out, distance, 4)
  out += 8
  symbols += run + 1
}

/** Closes the unit; the costs of symbols follow what it held. */
function endUnit(s: usize): void {
  unitInput = countUnit(s, units, unitFrom, out, unitInput)
  unitFrom = out
  symbols = 0
  learnCosts(s, units)
  units++
}

// @ts-ignore: decorator
@inline
function limitAt(p: usize, end: usize): u32 {
  const left = <u32>(end - p)
  return left < LENGTH_MAX ? left : LENGTH_MAX
}

/**
 * Turns `[p, end)` into sequences; all before `p` in the window is known already. A match is put off
 * as long as one that begins up to `lazy` (0 to 2) bytes later is worth more; for those the search is
 * less deep. Returns how many units there are.
 */
export function parse(
  s: usize, p: usize, end: usize, depthMin: u32, depthMax: u32, nice: u32, lazy: u32,
): u32 {
  out = s + SEQUENCES
  literalsFrom = p
  unitInput = p
  unitFrom = out
  symbols = 0
  units = 0
  resetCosts(s)
  let depth = depthMin
  restart()
  const stop = end - 4
  while (p < stop) {
    if (searches >= WATCHED) {
      if (gained > GAIN_HIGH && depth < depthMax) depth <<= 1
      else if (gained < GAIN_LOW && depth > depthMin) depth >>= 1
      restart()
    }
    const found = longest(s, p, 3, limitAt(p, end), depth, nice)
    let length = found >> 16
    let distance = found & 0xffff
    let known = p + 1
    if (found == 0) {
      p++
      continue
    }
    let price = matchCost(s, length, distance)
    if (length < SURELY_WORTH && price >= literalsCost(s, p, length)) {
      p++
      continue
    }
    let ahead: u32 = 1
    while (ahead <= lazy && length < nice && known < stop) {
      const next = longest(s, known, length - 1, limitAt(known, end), (depth >> ahead) | 1, nice)
      known++
      if (next) {
        const nextPrice = matchCost(s, next >> 16, next & 0xffff)
        const gained = (<i32>(next >> 16) - <i32>length + <i32>ahead) * BYTE_WORTH
        if (nextPrice + literalsCost(s, p, ahead) < price + gained) {
          p += ahead
          length = next >> 16
          distance = next & 0xffff
          price = nextPrice
          ahead = 1
          continue
        }
      }
      ahead++
    }
    sequence(length, literals(p), distance)
    p += length
    literalsFrom = p
    if (symbols >= UNIT_SYMBOLS && units < UNITS_MAX - 1) endUnit(s)
    const last = p < stop ? p : stop
    for (; known < last; known++) insert(s, known)
  }
  sequence(0, literals(end), 0)
  endUnit(s)
  return units
}
