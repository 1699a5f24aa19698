import { LENGTH_SYMBOLS } from './layout'

/** Extra bits of length symbol 257 + `symbol`. */
// @ts-ignore: decorator
@inline
export function lengthExtra(symbol: u32): u32 {
  return symbol < 8 || symbol == 28 ? 0 : (symbol >> 2) - 1
}

/** Extra bits of a distance symbol. */
// @ts-ignore: decorator
@inline
export function distanceExtra(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1
}

/** Distance symbol of a distance from 1. */
// @ts-ignore: decorator
@inline
export function distanceSymbol(distance: u32): u32 {
  const x = distance - 1
  if (x < 2) return x
  const bits: u32 = 31 - clz(x)
  return 2 * bits + ((x >> (bits - 1)) & 1)
}

/** Lays down the symbol, less 257, of each match length. */
export function buildLengthSymbols(s: usize): void {
  for (let length: u32 = 3; length <= 258; length++) {
    const x = length - 3
    let symbol = x
    if (length == 258) {
      symbol = 28
    } else if (x >= 8) {
      const bits: u32 = 29 - clz(x)
      symbol = 4 * (bits + 1) + ((x >> bits) & 3)
    }
    store<u8>(s + LENGTH_SYMBOLS + length, symbol)
  }
}
