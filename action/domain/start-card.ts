import type { Card } from './card.ts'

/** The card of a request that was just accepted. */
export function startCard(now: Date): Card {
  return { version: 1, state: 'requested', updatedAt: now.toISOString() }
}
