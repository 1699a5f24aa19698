import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Signer } from './ports.ts'

const keyBytes = 32

/**
 * The signer of an App's cards: HMAC-SHA256 under a key derived from the App's private key and its
 * webhook secret, so that nothing more has to be kept. Changing either leaves older cards unsigned.
 */
export function createSigner(privateKey: string, webhookSecret: string): Signer {
  const key = Buffer.from(
    hkdfSync('sha256', privateKey, webhookSecret, 'strongroom card 1', keyBytes),
  )
  const digest = (text: string) => createHmac('sha256', key).update(text, 'utf8').digest()
  return {
    sign: (text) => digest(text).toString('base64url'),
    isValid(text, signature) {
      const expected = digest(text)
      const given = Buffer.from(signature, 'base64url')
      // Compared as text too: base64url has several spellings of the same bytes.
      const isCanonical = given.toString('base64url') === signature
      return isCanonical && given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}

/** What a card bears that has no signature. */
const unsigned = 'unsigned'

/** Inside Actions there is no secret to sign with: a card counts by its author alone. */
export const authorAlone: Signer = {
  sign: () => unsigned,
  isValid: (_text, signature) => signature === unsigned,
}
