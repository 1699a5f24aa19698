import type { Random } from '../../../action/job/ports.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Chance that counts: another text each time, the same texts in every run. */
export function createFakeRandom(): Random {
  let count = 0
  return {
    base32: (length) => {
      count += 1
      let rest = count
      let text = ''
      while (text.length < length) {
        text = `${alphabet[rest % alphabet.length]}${text}`
        rest = Math.floor(rest / alphabet.length)
      }
      return text
    },
  }
}
