import { getState, saveState } from '@actions/core'
import { z } from 'zod'
import { cardSchema } from '../domain/card.ts'

/** The runner's state in which `main` tells `post` what the status card knows. */
export const cardStateKey = 'card'

const stateSchema = z.discriminatedUnion('kind', [
  /** The card has its end. */
  z.object({ kind: z.literal('told') }),
  /** The command has ended like this, and the card may not have been told. */
  z.object({ kind: z.literal('untold'), card: cardSchema }),
  /** Nothing was saved: `main` was killed. */
  z.object({ kind: z.literal('unknown') }),
])

/** What became of a card until now. Texts in it are redacted, for the state is a file. */
export type CardState = Readonly<z.infer<typeof stateSchema>>

/** Hands to `post` whether something is left to be told. */
export function saveCardState(state: CardState): void {
  saveState(cardStateKey, JSON.stringify(state))
}

/** What `main` left; something else than ours counts as nothing, since a card is only decoration. */
export function readCardState(): CardState {
  return parse(getState(cardStateKey)) ?? { kind: 'unknown' }
}

function parse(text: string): CardState | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
