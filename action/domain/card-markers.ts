import { z } from 'zod'
import { decodeBase64Url, encodeBase64Url } from './base64url.ts'
import { type Card, cardSchema } from './card.ts'
import { type Request, requestSchema, serialiseRequest } from './request.ts'

/** What a card is made from, and what is read back from it. */
export interface CardParts {
  readonly request: Request
  /** Of {@link serialiseRequest}'s text; "unsigned" where the bot holds no key. */
  readonly signature: string
  readonly card: Card
  /** Markdown that the run rendered; empty where there is none yet. */
  readonly details?: string | undefined
}

export const detailsOpening = '<!-- strongroom:details -->'
export const detailsClosing = '<!-- /strongroom:details -->'

const signatureSchema = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/)

/**
 * The two hidden lines. They stand first, at the start of a line: visible foreign text can neither be
 * before them nor begin a line so.
 */
export function writeMarkers({ request, signature, card }: CardParts): string {
  const sealed = encodeBase64Url(serialiseRequest(request))
  return [
    `<!-- strongroom:request ${sealed} ${signatureSchema.parse(signature)} -->`,
    `<!-- strongroom:card ${encodeBase64Url(JSON.stringify(card))} -->`,
  ].join('\n')
}

/** Request, signature and card within a text without details; nothing where one is missing or odd. */
export function readMarkers(text: string): Omit<CardParts, 'details'> | undefined {
  const requestLine = /^<!-- strongroom:request ([\w-]+) ([\w-]{1,200}) -->[ \t]*$/m.exec(text)
  const cardLine = /^<!-- strongroom:card ([\w-]+) -->[ \t]*$/m.exec(text)
  const request = requestSchema.safeParse(readJson(requestLine?.[1])).data
  const card = cardSchema.safeParse(readJson(cardLine?.[1])).data
  const signature = requestLine?.[2]
  if (request === undefined || card === undefined || signature === undefined) return undefined
  // The signature covers the text, so a text that is not the request's own is none.
  const isExact = encodeBase64Url(serialiseRequest(request)) === requestLine?.[1]
  return isExact ? { request, signature, card } : undefined
}

/** Undefined, which no schema here admits, where there is no JSON. */
function readJson(encoded: string | undefined): unknown {
  const text = encoded === undefined ? undefined : decodeBase64Url(encoded)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
