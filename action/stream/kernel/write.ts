import { buildCodes, buildLengths } from './huffman'
import {
  CODE_LENGTHS, CODE_RUNS, DISTANCE_CODES, DISTANCES, LENGTH_CODES, LENGTH_SYMBOLS, LITERAL_CODES,
  PRE_CODES, PRE_COUNTS, PRE_LENGTHS,
} from './layout'
import { distanceExtra, distanceSymbol, lengthExtra } from './symbols'

const STORED_MAX: u32 = 65535

/** The bit writer: bits not yet written, how many, and where the next byte goes. */
let buffer: u64 = 0
let pending: u32 = 0
let out: usize = 0

// @ts-ignore: decorator
@inline
function put(bits: u32, count: u32): void {
  buffer |= <u64>bits << pending
  pending += count
}

// @ts-ignore: decorator
@inline
function flush(): void {
  store<u64>(out, buffer)
  out += pending >> 3
  buffer >>= pending & ~7
  pending &= 7
}

export function beginWriting(at: usize): void {
  out = at
  buffer = 0
  pending = 0
}

/**
 * Fills the last byte; unless the stream ends here, with an empty stored block, after which the
 * blocks of another call may follow. Returns the end.
 */
export function endWriting(isFinal: bool): usize {
  if (!isFinal) put(0, 3)
  align()
  if (!isFinal) {
    store<u32>(out, 0xffff0000)
    out += 4
  }
  return out
}

function align(): void {
  pending = (pending + 7) & ~7
  flush()
}

/** Order in which lengths of the code for code lengths are sent, 5 bits each (RFC 1951, 3.2.7). */
// @ts-ignore: decorator
@inline
function order(index: u32): u32 {
  // 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15
  if (index < 3) return 16 + index
  if (index == 3) return 0
  const step = (index - 4) >> 1
  return (index & 1) == 0 ? 8 + step : 7 - step
}

/** Bits of all symbols under the code lengths at CODE_LENGTHS, extra bits aside. */
function symbolBits(s: usize, counts: usize): u32 {
  let bits: u32 = 0
  for (let i: u32 = 0; i < 320; i++) {
    bits += load<u32>(counts + 4 * i) * load<u8>(s + CODE_LENGTHS + i)
  }
  return bits
}

function extraBits(counts: usize): u32 {
  let bits: u32 = 0
  for (let i: u32 = 8; i < 28; i++) {
    bits += load<u32>(counts + 4 * (257 + i)) * lengthExtra(i)
  }
  for (let i: u32 = 4; i < 30; i++) {
    bits += load<u32>(counts + DISTANCES + 4 * i) * distanceExtra(i)
  }
  return bits
}

function fixedLengths(s: usize): void {
  memory.fill(s + CODE_LENGTHS, 8, 144)
  memory.fill(s + CODE_LENGTHS + 144, 9, 112)
  memory.fill(s + CODE_LENGTHS + 256, 7, 24)
  memory.fill(s + CODE_LENGTHS + 280, 8, 8)
  memory.fill(s + CODE_LENGTHS + 288, 5, 32)
}

/** Run-length form of `count` code lengths, 2 bytes an item: symbol, repetitions. Counts them too. */
function runLengths(s: usize, lengths: usize, count: u32): u32 {
  memory.fill(s + PRE_COUNTS, 0, 4 * 19)
  let items: u32 = 0
  let i: u32 = 0
  while (i < count) {
    const value: u32 = load<u8>(lengths + i)
    let run: u32 = 1
    while (i + run < count && <u32>load<u8>(lengths + i + run) == value) run++
    i += run
    if (value == 0) {
      while (run >= 11) {
        const n: u32 = run > 138 ? 138 : run
        items = item(s, items, 18, n - 11)
        run -= n
      }
      if (run >= 3) {
        items = item(s, items, 17, run - 3)
        run = 0
      }
    } else if (run >= 4) {
      items = item(s, items, value, 0)
      run--
      while (run >= 3) {
        const n: u32 = run > 6 ? 6 : run
        items = item(s, items, 16, n - 3)
        run -= n
      }
    }
    while (run--) items = item(s, items, value, 0)
  }
  return items
}

function item(s: usize, items: u32, symbol: u32, extra: u32): u32 {
  store<u8>(s + CODE_RUNS + 2 * items, symbol)
  store<u8>(s + CODE_RUNS + 2 * items, extra, 1)
  const count = s + PRE_COUNTS + 4 * symbol
  store<u32>(count, load<u32>(count) + 1)
  return items + 1
}

// @ts-ignore: decorator
@inline
function preExtra(symbol: u32): u32 {
  return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7
}

/**
 * Writes one block of the sequences in `[from, to)`, whose literals and matches begin at `input` and
 * have `size` bytes, in the cheapest of the three forms.
 */
export function writeBlock(
  s: usize, counts: usize, from: usize, to: usize, input: usize, size: u32, isFinal: bool,
): void {
  const lengths = s + CODE_LENGTHS
  const extra = extraBits(counts)
  fixedLengths(s)
  const fixedBits = 3 + symbolBits(s, counts) + extra

  buildLengths(s, counts, 286, 15, lengths)
  store<u16>(lengths + 286, 0)
  buildLengths(s, counts + DISTANCES, 30, 15, lengths + 288)
  store<u16>(lengths + 318, 0)
  let literalCodes: u32 = 286
  while (literalCodes > 257 && load<u8>(lengths + literalCodes - 1) == 0) literalCodes--
  let distanceCodes: u32 = 30
  while (distanceCodes > 1 && load<u8>(lengths + 288 + distanceCodes - 1) == 0) distanceCodes--
  const codesBits = symbolBits(s, counts)
  // The run-length form reads both lists as one.
  const runsInput = s + LITERAL_CODES
  memory.copy(runsInput, lengths, literalCodes)
  memory.copy(runsInput + literalCodes, lengths + 288, distanceCodes)
  const items = runLengths(s, runsInput, literalCodes + distanceCodes)
  buildLengths(s, s + PRE_COUNTS, 19, 7, s + PRE_LENGTHS)
  let preCodes: u32 = 19
  while (preCodes > 4 && load<u8>(s + PRE_LENGTHS + order(preCodes - 1)) == 0) preCodes--
  let headerBits: u32 = 14 + 3 * preCodes
  for (let i: u32 = 0; i < 19; i++) {
    headerBits += load<u32>(s + PRE_COUNTS + 4 * i) * (load<u8>(s + PRE_LENGTHS + i) + preExtra(i))
  }
  const dynamicBits = 3 + headerBits + codesBits + extra
  const storedBits = 8 * size + 40 * (size / STORED_MAX + 1) + 2
  if (storedBits <= dynamicBits && storedBits <= fixedBits) {
    writeStored(input, size, isFinal)
    return
  }
  if (fixedBits <= dynamicBits) {
    put(isFinal ? 3 : 2, 3)
    flush()
    fixedLengths(s)
  } else {
    put(isFinal ? 5 : 4, 3)
    put(literalCodes - 257, 5)
    put(distanceCodes - 1, 5)
    put(preCodes - 4, 4)
    flush()
    writeHeader(s, preCodes, items)
  }
  buildSymbolCodes(s)
  writeSequences(s, from, to, input)
}

function writeStored(input: usize, size: u32, isFinal: bool): void {
  while (size > 0) {
    const n: u32 = size > STORED_MAX ? STORED_MAX : size
    put(isFinal && n == size ? 1 : 0, 3)
    align()
    store<u32>(out, n | ((n ^ 0xffff) << 16))
    memory.copy(out + 4, input, n)
    out += 4 + n
    input += n
    size -= n
  }
}

function writeHeader(s: usize, preCodes: u32, items: u32): void {
  for (let i: u32 = 0; i < preCodes; i++) {
    put(load<u8>(s + PRE_LENGTHS + order(i)), 3)
    flush()
  }
  buildCodes(s, s + PRE_LENGTHS, 19, s + PRE_CODES)
  for (let i: u32 = 0; i < items; i++) {
    const symbol: u32 = load<u8>(s + CODE_RUNS + 2 * i)
    const code = load<u32>(s + PRE_CODES + 4 * symbol)
    put(code & 0xffffff, code >> 24)
    put(load<u8>(s + CODE_RUNS + 2 * i, 1), preExtra(symbol))
    flush()
  }
}

/** Codes of literals and distances, and of each match length with its extra bits in place. */
function buildSymbolCodes(s: usize): void {
  buildCodes(s, s + CODE_LENGTHS, 288, s + LITERAL_CODES)
  buildCodes(s, s + CODE_LENGTHS + 288, 32, s + DISTANCE_CODES)
  for (let length: u32 = 3; length <= 258; length++) {
    const symbol: u32 = load<u8>(s + LENGTH_SYMBOLS + length)
    const code = load<u32>(s + LITERAL_CODES + 4 * (257 + symbol))
    const bits = code >> 24
    const extra = lengthExtra(symbol)
    const value = (length - 3) & ((1 << extra) - 1)
    const both = (code & 0xffffff) | (value << bits) | ((bits + extra) << 24)
    store<u32>(s + LENGTH_CODES + 4 * length, symbol == 28 ? code : both)
  }
}

function writeSequences(s: usize, from: usize, to: usize, input: usize): void {
  let bits = buffer
  let count = pending
  let at = out
  for (; from < to; from += 8) {
    const head = load<u32>(from)
    const length = head >> 20
    const stop = input + (head & 0xfffff)
    while (input < stop) {
      // 7 bits at most wait; three literals of 15 bits and a flush fit into 64.
      let code = load<u32>(s + LITERAL_CODES + (<usize>load<u8>(input) << 2))
      bits |= <u64>(code & 0xffffff) << count
      count += code >> 24
      if (input + 1 < stop) {
        code = load<u32>(s + LITERAL_CODES + (<usize>load<u8>(input, 1) << 2))
        bits |= <u64>(code & 0xffffff) << count
        count += code >> 24
      }
      if (input + 2 < stop) {
        code = load<u32>(s + LITERAL_CODES + (<usize>load<u8>(input, 2) << 2))
        bits |= <u64>(code & 0xffffff) << count
        count += code >> 24
      }
      input += 3
      store<u64>(at, bits)
      at += count >> 3
      bits >>= count & ~7
      count &= 7
    }
    input = stop
    if (length) {
      const distance = load<u32>(from, 4)
      const symbol = distanceSymbol(distance)
      const lengthCode = load<u32>(s + LENGTH_CODES + (length << 2))
      const distanceCode = load<u32>(s + DISTANCE_CODES + (symbol << 2))
      const extra = distanceExtra(symbol)
      bits |= <u64>(lengthCode & 0xffffff) << count
      count += lengthCode >> 24
      bits |= <u64>(distanceCode & 0xffffff) << count
      count += distanceCode >> 24
      bits |= <u64>((distance - 1) & ((1 << extra) - 1)) << count
      count += extra
      store<u64>(at, bits)
      at += count >> 3
      bits >>= count & ~7
      count &= 7
      input += length
    }
  }
  buffer = bits
  pending = count
  out = at
  const end = load<u32>(s + LITERAL_CODES + 4 * 256)
  put(end & 0xffffff, end >> 24)
  flush()
}
