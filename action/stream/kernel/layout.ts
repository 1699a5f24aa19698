// Where things lie in a worker's own region of memory, in bytes from its start. Several workers
// share one memory; nothing is static, so that an instance touches its own region only.

/** Longest input of one call, without the window before it. */
export const BLOCK_MAX: u32 = 256 * 1024
/** How far back deflate may refer, and how many bytes before the block may be given. */
export const WINDOW: u32 = 32768

/** Newest position of each hash of 4 bytes, as an absolute address. */
export const HEAD4: usize = 0
export const HASH4_BITS: u32 = 16
/** For each of the last 32 Ki positions, the distance to the one before with the same hash. */
export const CHAIN: usize = HEAD4 + (4 << HASH4_BITS)

/**
 * Sequences, 8 bytes each: length of the match << 20 | literals before it, then its distance.
 * A match has at least 3 bytes; runs of literals are cut at LITERALS_MAX.
 */
export const SEQUENCES: usize = CHAIN + 2 * WINDOW
export const LITERALS_MAX: u32 = 4096
const SEQUENCES_MAX: usize = <usize>BLOCK_MAX / 3 + <usize>BLOCK_MAX / LITERALS_MAX + 8

/** Symbol counts of a unit or block: 288 literals and lengths, then 32 distances, 4 bytes each. */
export const HISTOGRAM: usize = 320 * 4
export const DISTANCES: usize = 288 * 4
export const UNITS_MAX: u32 = 128
export const HISTOGRAMS: usize = SEQUENCES + 8 * SEQUENCES_MAX
/** Of each unit: first sequence after it, first input byte after it, cost alone, cost with next. */
export const UNITS: usize = HISTOGRAMS + UNITS_MAX * HISTOGRAM
export const UNIT: usize = 16

/** Code of each symbol: bits | length << 24. 256 literals, end of block, then lengths 3 to 258. */
export const LITERAL_CODES: usize = UNITS + (UNITS_MAX + 1) * UNIT
export const LENGTH_CODES: usize = LITERAL_CODES + 4 * 288
export const DISTANCE_CODES: usize = LENGTH_CODES + 4 * 259
/** Symbol of each match length. */
export const LENGTH_SYMBOLS: usize = DISTANCE_CODES + 4 * 32
/** Code lengths of a dynamic block, literals then distances, and their run-length form. */
export const CODE_LENGTHS: usize = LENGTH_SYMBOLS + 264
export const CODE_RUNS: usize = CODE_LENGTHS + 328
/** Histogram, code lengths and codes of the code for code lengths. */
export const PRE_COUNTS: usize = CODE_RUNS + 2 * 328
export const PRE_LENGTHS: usize = PRE_COUNTS + 4 * 20
export const PRE_CODES: usize = PRE_LENGTHS + 24
/** Expected cost in eighths of a bit: of literals, of lengths and distances with their extra bits. */
export const LITERAL_COSTS: usize = PRE_CODES + 4 * 20
export const LENGTH_COSTS: usize = LITERAL_COSTS + 2 * 256
export const DISTANCE_COSTS: usize = LENGTH_COSTS + 2 * 260
/** Counts that the costs come from: those of the last unit and, fading, of the ones before. */
export const RECENT: usize = DISTANCE_COSTS + 2 * 32
export const RECENT_LOG: usize = RECENT + HISTOGRAM
/** Room for building Huffman codes. */
export const HUFFMAN: usize = RECENT_LOG + HISTOGRAM
export const SIZE: usize = HUFFMAN + 64 * 1024
