/** CRC-32's polynomial, lowest power in the highest bit. */
const polynomial = 0xedb88320
/** The polynomials 1 and x^8 in that order of bits. */
const one = 0x80000000
const oneByte = 0x00800000

/** Product of two polynomials over GF(2), modulo CRC-32's. */
function multiply(a: number, b: number): number {
  let product = 0
  let shifted = b
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) {
      product ^= shifted
    }
    shifted = shifted & 1 ? (shifted >>> 1) ^ polynomial : shifted >>> 1
  }
  return product
}

/** The CRC-32 of two pieces of data one after the other, from those of each and the second's size. */
export function crc32Combine(first: number, second: number, secondSizeBytes: number): number {
  let shift = one
  let power = oneByte
  for (let size = secondSizeBytes; size > 0; size = Math.floor(size / 2)) {
    if (size % 2 === 1) {
      shift = multiply(power, shift)
    }
    power = multiply(power, power)
  }
  return (multiply(shift, first) ^ second) >>> 0
}
