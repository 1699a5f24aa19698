import { type CardParts, detailsClosing, detailsOpening, readMarkers } from './card-markers.ts'

/** Longest text that is looked at: GitHub's limit of a comment, in characters of two UTF-16 units. */
const bodyUnitsMax = 131_072

/**
 * What a comment says, where it is a card. Never throws. Whatever people wrote around the markers is
 * left out; a marker within the details is none. That the card is ours is for the caller to judge: by
 * the comment's author, and by the signature where there is a key.
 */
export function parseCard(body: string): (CardParts & { readonly details: string }) | undefined {
  if (body.length > bodyUnitsMax) return undefined
  const text = body.replaceAll('\r\n', '\n')
  const [before = '', ...rest] = text.split(`\n${detailsOpening}\n`)
  const markers = readMarkers(before)
  if (markers === undefined) return undefined
  const within = rest.join(`\n${detailsOpening}\n`)
  const end = `\n${within}`.indexOf(`\n${detailsClosing}`)
  return { ...markers, details: end <= 0 ? '' : within.slice(0, end - 1) }
}
