import { HISTOGRAM, HISTOGRAMS, SEQUENCES, SIZE, UNIT, UNITS } from './layout'
import { forget, insertAll } from './matcher'
import { parse } from './parse'
import { mergeUnits } from './split'
import { buildLengthSymbols } from './symbols'
import { beginWriting, endWriting, writeBlock } from './write'

export { scan } from './scan'

/** Bytes of memory that one compressor needs for itself. */
export function stateSize(): usize {
  return SIZE
}

/**
 * Compresses `size` bytes at `input` into deflate blocks at `output`, ended on a byte; the last one
 * is final if `isFinal`. The `windowSize` bytes before `input` may be referred to. Up to 16 bytes
 * after the input are read, without effect. Returns the size of the output: at most 1 KiB above
 * the input's.
 */
export function deflate(
  s: usize, input: usize, windowSize: u32, size: u32, output: usize, isFinal: bool,
  depthMin: u32, depthMax: u32, nice: u32, lazy: u32,
): u32 {
  buildLengthSymbols(s)
  forget(s)
  insertAll(s, input - windowSize, input)
  const units = mergeUnits(s, parse(s, input, input + size, depthMin, depthMax, nice, lazy))
  beginWriting(output)
  let from = s + SEQUENCES
  let at = input
  for (let i: u32 = 0; i < units; i++) {
    const to = <usize>load<u32>(s + UNITS + i * UNIT)
    const next = <usize>load<u32>(s + UNITS + i * UNIT, 4)
    const isLast = isFinal && i == units - 1
    writeBlock(s, s + HISTOGRAMS + i * HISTOGRAM, from, to, at, <u32>(next - at), isLast)
    from = to
    at = next
  }
  return <u32>(endWriting(isFinal) - output)
}
