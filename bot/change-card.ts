import { advanceCard, type CardChange } from '../action/domain/advance-card.ts'
import type { Card } from '../action/domain/card.ts'
import { renderCard } from '../action/domain/render-card.ts'
import { limits } from './limits.ts'
import { type PlacedCard, readPlacedCard } from './placed-card.ts'
import type { BotContext, Reading } from './ports.ts'

/** What came of bringing news onto a card. */
export type CardWriting =
  | { readonly kind: 'written' | 'unchanged'; readonly card: Card }
  /** Somebody removed the comment, or took the card out of it. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly problem: string }

/**
 * News, or how to learn them anew before each writing. What another writer put down between our reading and our
 * writing is lost, and only news that are learned anew bring it back: fixed ones are for ends, and for cards that
 * nobody else writes on.
 */
export type NewsSource = CardNews | (() => Promise<Reading<CardNews>>)

/** News of a request; `details` is Markdown of ours that replaces what stood there. */
export type CardNews = Omit<CardChange, 'at'> & { readonly details?: string }

/**
 * Brings news onto a card. The run writes on the same comment, and so do other replicas, while GitHub
 * knows no conditional writing: so the card is read right before it is written, and read again after, with
 * news that are then the latest, until nothing is missing. Whoever wrote last has therefore looked last, unless its
 * news are fixed.
 */
export async function changeCard(
  context: BotContext,
  placed: PlacedCard,
  source: NewsSource,
): Promise<CardWriting> {
  let written: Card | undefined
  for (let writes = 0; ; ) {
    const news = typeof source === 'function' ? await source() : found(source)
    if (news.kind !== 'found') return { kind: 'failed', problem: describeReading(news) }
    const reading = await readCard(context, placed)
    if (reading.kind !== 'found') return reading
    const { details = reading.placed.details, ...change } = news.value
    const known = reading.placed.card
    const next = advanceCard(known, { ...change, at: context.clock.now() })
    const body = render(context, reading.placed, next, details)
    // Compared as rendered: what rendering makes of details is then no news the second time.
    if (body === render(context, reading.placed, known, reading.placed.details)) {
      return { kind: written === undefined ? 'unchanged' : 'written', card: known }
    }
    if (writes === limits.writesMax) {
      return { kind: 'failed', problem: 'others kept writing on the card' }
    }
    const writing = await context.repository.updateComment(placed.commentId, body)
    if (writing.kind === 'refused') return { kind: 'failed', problem: writing.problem }
    written = next
    writes += 1
  }
}

function found<T>(value: T): Reading<T> {
  return { kind: 'found', value }
}

/** Why there is no value, as it goes into a sentence. */
export function describeReading(reading: Exclude<Reading<unknown>, { kind: 'found' }>): string {
  return reading.kind === 'missing' ? 'GitHub does not know it' : reading.problem
}

type CardReading =
  | { readonly kind: 'found'; readonly placed: PlacedCard }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly problem: string }

async function readCard(context: BotContext, placed: PlacedCard): Promise<CardReading> {
  const reading = await context.repository.readComment(placed.commentId)
  if (reading.kind === 'missing') return { kind: 'gone' }
  if (reading.kind !== 'found') return { kind: 'failed', problem: reading.problem }
  const found = readPlacedCard(context, reading.value)
  return found?.request.id === placed.request.id
    ? { kind: 'found', placed: found }
    : { kind: 'gone' }
}

function render(context: BotContext, placed: PlacedCard, card: Card, details: string): string {
  const { request, signature } = placed
  return renderCard({ request, signature, card, details, docsUrl: context.docsUrl })
}
