const NEWLINE: i32 = 10
const BACKSLASH: i32 = 92
const DOT: i32 = 46

/** Set in the result of {@link scan} where a line may be `\\.`. */
const TERMINATOR: u32 = 1 << 31

/**
 * Counts the line breaks of `size` bytes at `input`, and tells in the highest bit whether one of them
 * is followed by `\\.`, which in COPY data nothing but the end of the data is. Reads up to 17 bytes
 * more.
 */
export function scan(input: usize, size: u32): u32 {
  let count: u32 = 0
  let marks = i8x16.splat(0)
  const end = input + size
  let p = input
  for (; p + 16 <= end; p += 16) {
    const breaks = i8x16.eq(v128.load(p), i8x16.splat(<i8>NEWLINE))
    count += popcnt(i8x16.bitmask(breaks))
    const backslashes = i8x16.eq(v128.load(p, 1), i8x16.splat(<i8>BACKSLASH))
    const dots = i8x16.eq(v128.load(p, 2), i8x16.splat(<i8>DOT))
    marks = v128.or(marks, v128.and(v128.and(breaks, backslashes), dots))
  }
  let isMarked = v128.any_true(marks)
  for (; p < end; p++) {
    if (load<u8>(p) == NEWLINE) {
      count++
      if (load<u8>(p, 1) == BACKSLASH && load<u8>(p, 2) == DOT) isMarked = true
    }
  }
  return isMarked ? count | TERMINATOR : count
}
