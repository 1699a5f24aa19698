import type { Card } from './card.ts'
import { isAnswer, linkTo, listNames, renderFacts, renderFooter } from './card-facts.ts'
import { type CardParts, detailsClosing, detailsOpening, writeMarkers } from './card-markers.ts'
import { stateWords } from './card-words.ts'
import { cutDetails } from './cut-details.ts'
import { formatInstant } from './format-instant.ts'
import { codeMarkdown, escapeMarkdown } from './summary-text.ts'

/** GitHub refuses a longer comment. Counted in UTF-16 units, of which a character has one or two. */
export const cardCharactersMax = 65_536

/** Lines of a message that are shown; a message of more is a list that is too long for a card. */
const messageLinesMax = 20

export interface CardOptions extends CardParts {
  /** Address of the folder `docs/` of the version in use. */
  readonly docsUrl?: string | undefined
}

/**
 * A request's card as the text of a comment: the state first, then what is asked of whom, then the
 * facts, then the details. Foreign text in it is inert and mentions nobody. Never longer than GitHub
 * takes: details are cut first, then everything but state and run is left out.
 */
export function renderCard(options: CardOptions): string {
  const given = `${renderHead(options)}\n\n${footerOf(options)}`
  const fitting =
    given.length <= cardCharactersMax ? options : { ...options, card: strip(options.card) }
  const [head, footer] = [renderHead(fitting), footerOf(fitting)]
  const bare = `${head}\n\n${footer}`
  const { details = '' } = options
  if (details.trim() === '') return bare
  // Of an answer nothing stands before the details that is not the answer.
  const [before, after] = isAnswer(options) ? [head, `\n\n${footer}`] : [bare, '']
  const spare = `${before}\n\n${detailsOpening}\n\n${detailsClosing}${after}`
  const shown = cutDetails(disarm(details), cardCharactersMax - spare.length, noteCut(options.card))
  if (shown === '') return bare
  return `${before}\n\n${detailsOpening}\n${shown}\n${detailsClosing}${after}`
}

function footerOf(options: CardOptions): string {
  const { card, docsUrl } = options
  return renderFooter(options, docsUrl === undefined ? undefined : linkToDocs(card, docsUrl))
}

/** No comment of HTML can begin within details, so neither can a marker. */
function disarm(details: string): string {
  return details.replaceAll('\r\n', '\n').replaceAll('<!--', '<\u200b!--')
}

function noteCut({ run }: Card): string {
  const where = run === undefined ? 'summary of the run' : linkTo('summary of the run', run.url)
  return `… cut: a comment cannot be longer. The rest is in the ${where}.`
}

/** What never gets too long. */
function strip({ version, state, updatedAt, run }: Card): Card {
  return { version, state, updatedAt, ...(run !== undefined && { run }) }
}

function renderHead(options: CardOptions): string {
  const { request, card } = options
  const { mark, title } = stateWords[card.state]
  return [
    writeMarkers(options),
    `### ${mark} ${codeMarkdown(`/${request.command}`)} ${title}`,
    ...describeState(options),
    ...(card.isUnprotected === true ? [unprotected] : []),
    ...listLines(card.hint).map((line) => `> ℹ️ ${line}`),
    renderFacts(options),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const unprotected =
  '> ⚠️ **Approval is not enforced.** The environment has no required reviewers, or administrators may bypass them, and the policy file of this repository allows that.'

/** Of a plan that may not have to wait for anybody. */
const plannedUnprotected = 'This is what will be done. Nothing has been changed yet.'

/** What is asked of whom, and what has happened, a paragraph each. */
function describeState({ request, card }: CardParts): readonly string[] {
  const { state, message, progress, approvers = [] } = card
  const told = listLines(message)
  const { sentence } = stateWords[state]
  if (state === 'waiting') return [askReviewers(card, request.requester.login), ...told]
  if (state === 'planned' && card.isUnprotected === true) return [plannedUnprotected, ...told]
  if (state === 'running') return [...listLines(progress ?? 'At work.'), ...told]
  if (state === 'approved' && approvers.length > 0) {
    const names = listNames(approvers.map(({ login }) => login))
    return [`Approved by ${names}. ${sentence}`, ...told]
  }
  return told.length > 0 || sentence === undefined ? told : [sentence]
}

/** Each line of a foreign text as inert Markdown; white space before it would make it a code block. */
function listLines(text = ''): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .slice(0, messageLinesMax)
    .map(escapeMarkdown)
}

/** The gate refuses the approval of whoever asked, so that one is not asked for it. */
function askReviewers({ waiting, run }: Card, requester: string): string {
  const where = run === undefined ? "on the run's page" : linkTo("on the run's page", run.url)
  const until = waiting?.until === undefined ? '' : `, until ${formatInstant(waiting.until)}`
  const isOther = (name: string) => name.toLowerCase() !== requester.toLowerCase()
  const reviewers = waiting?.reviewers ?? []
  const others = reviewers.filter(isOther)
  if (others.length === 0 && reviewers.length > 0) {
    const alone = `${codeMarkdown(requester)} asked, and is the only reviewer of the environment.`
    return `**Nobody can approve this.** ${alone} Add another reviewer to the environment and ask again, or let somebody else ask.`
  }
  const needed = nameOneOf(others)
  const not = `${codeMarkdown(requester)} asked and cannot approve.`
  return `**Needed: ${needed}**, to approve or reject it ${where}${until}. ${not}`
}

function nameOneOf(names: readonly string[]): string {
  if (names.length === 0) return 'a reviewer of the environment'
  return names.length === 1 ? listNames(names) : `one of ${listNames(names)}`
}

function linkToDocs({ state, reasonCode }: Card, docsUrl: string): string {
  return state === 'failed' && reasonCode !== undefined && /^[a-z_]+$/.test(reasonCode)
    ? linkTo('What this reason means', `${docsUrl}/troubleshooting.md#${reasonCode}`)
    : linkTo('How to read this card', `${docsUrl}/status-card.md`)
}
