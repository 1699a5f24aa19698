import type { Random } from '../job/ports.ts'

const characters = 4
/** The alphabet that `Random.base32` draws from. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** A number from 0 (included) to 1 (excluded), drawn from the random source that all texts use. */
function fraction(random: Random): number {
  let value = 0
  for (const character of random.base32(characters)) {
    value = value * alphabet.length + Math.max(0, alphabet.indexOf(character))
  }
  return value / alphabet.length ** characters
}

/**
 * How long to wait before try number `attempt + 1`: somewhere between nothing and twice as much as
 * the time before, so that writers who collided do not collide again.
 *
 * @param attempt tries made so far, from 1
 */
export function backOffMs(
  random: Random,
  attempt: number,
  limits: { readonly baseMs: number; readonly maxMs: number },
): number {
  const ceiling = Math.min(limits.maxMs, limits.baseMs * 2 ** (attempt - 1))
  return Math.round(ceiling * fraction(random))
}
