import { randomBytes } from 'node:crypto'
import type { Random } from '../job/ports.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Chance from the operating system. */
export const systemRandom: Random = {
  base32(length) {
    // 256 is a multiple of 32, so that every character is equally likely.
    return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
  },
}
