import type { Random } from '../../../action/job/ports.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Chance that counts: never the same text twice, always the same in the same order. */
export function createCountingRandom(): Random {
  let state = 1
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 27
  }
  return {
    base32: (length) => Array.from({ length }, () => alphabet[next()]).join(''),
  }
}
