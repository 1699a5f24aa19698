import { type Card, isEnd } from './card.ts'
import type { CardParts } from './card-markers.ts'
import { formatDuration } from './format-duration.ts'
import { formatInstant } from './format-instant.ts'
import { formatSize } from './format-size.ts'
import { codeMarkdown, escapeMarkdown } from './summary-text.ts'

type Row = readonly [label: string, markdown: string]
type Plan = NonNullable<Card['plan']>

/** Digits of a SHA-256 that people compare. */
const checksumDigits = 16

/**
 * What was frozen, who asked, who agreed: the table of a card, as Markdown. What decides comes first. Empty where there is
 * nothing to decide by: then the footer says who asked.
 */
export function renderFacts(parts: CardParts): string {
  const { plan, approvers, reasonCode, state } = parts.card
  if (!hasTable(parts)) return ''
  const { arguments: given, createdAt } = parts.request
  const rows: readonly Row[] = [
    ...(plan === undefined
      ? optional('With', describeArguments(given))
      : describePlan(plan, createdAt)),
    ['Asked by', describeRequester(parts.request)],
    ...optional('Approved by', approvers && listNames(approvers.map(({ login }) => login))),
    ...optional('Reason', isBadEnd(state) && reasonCode ? codeMarkdown(reasonCode) : undefined),
  ]
  const lines = rows.map(([label, markdown]) => `| **${label}** | ${markdown} |`)
  return ['| | |', '| --- | --- |', ...lines].join('\n')
}

function hasTable({ request, card }: CardParts): boolean {
  if (isAnswer({ request, card })) return false
  const isReasoned = isBadEnd(card.state) && card.reasonCode !== undefined
  return card.plan !== undefined || isReasoned || describeArguments(request.arguments) !== ''
}

/**
 * By what the request is found again, as one small line: only who looks for it reads it.
 *
 * @param docs a link, where there is a page to lead to
 */
export function renderFooter(parts: CardParts, docs?: string): string {
  const { request, card } = parts
  const { run, waiting, updatedAt } = card
  const given = describeArguments(request.arguments)
  const asked = [
    `asked by ${describeRequester(request)}`,
    ...(given === '' ? [] : [`with ${given}`]),
  ]
  const pieces = [
    ...(run === undefined ? [] : [linkTo(`Run ${run.id}`, run.url)]),
    ...(waiting === undefined ? [] : [`environment ${codeMarkdown(waiting.environment)}`]),
    ...(hasTable(parts) ? [] : asked),
    `request ${codeMarkdown(request.id)}`,
    `updated ${formatInstant(updatedAt)}`,
    ...(docs === undefined ? [] : [docs]),
  ]
  return `<sub>${pieces.join(' · ')}</sub>`
}

/** Whether the details are what was asked for, and not what is told besides. */
export function isAnswer({ request, card }: Pick<CardParts, 'request' | 'card'>): boolean {
  if (card.state === 'answered') return true
  const isReading = request.command === 'backups' || request.arguments['dry-run'] === 'true'
  return card.state === 'succeeded' && isReading
}

function isBadEnd(state: Card['state']): boolean {
  return isEnd(state) && state !== 'succeeded' && state !== 'answered'
}

/** Names as code, so that nobody is notified: those who are needed hear from the environment. */
export function listNames(names: readonly string[]): string {
  return names.map(codeMarkdown).join(', ')
}

/** A link where the address is one that a browser may follow, else only the text. */
export function linkTo(text: string, url: string): string {
  const isSafe = /^https?:\/\/[\w.~:/?#@!$&*+,;=%[\]-]+$/.test(url)
  return isSafe
    ? `[${escapeMarkdown(text)}](${url.replace(/[[\]*]/g, encode)})`
    : codeMarkdown(text)
}

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function optional(label: string, markdown: string | undefined): readonly Row[] {
  return markdown === undefined || markdown === '' ? [] : [[label, markdown]]
}

function describeRequester({ requester, commentId, createdAt }: CardParts['request']): string {
  const comment = `[comment](#issuecomment-${commentId})`
  return `${codeMarkdown(requester.login)} in this ${comment}, ${formatInstant(createdAt)}`
}

function describeArguments(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .filter(([name]) => name !== 'command')
    .map(([name, value]) => `${codeMarkdown(name)} ${codeMarkdown(value)}`)
    .join(', ')
}

function describePlan(plan: Plan, askedAt: string): readonly Row[] {
  const { checksum, target, mode, takenAt, sizeBytes } = plan
  const short = checksum && `${checksum.slice(0, checksumDigits)}…`
  const size = sizeBytes === 0 ? 'nothing was stored' : formatSize(sizeBytes)
  const how = mode && `, mode ${codeMarkdown(mode)}`
  return [
    [
      'Backup',
      `${codeMarkdown(plan.backupId)} of database ${codeMarkdown(plan.database)}, ${size}`,
    ],
    ...optional('Target', target && `database ${codeMarkdown(target)}${how ?? ''}`),
    plan.command === 'restore'
      ? ['Data loss', describeLoss(takenAt, askedAt)]
      : ['Taken', formatInstant(takenAt)],
    ...optional('SHA-256', short && codeMarkdown(short)),
  ]
}

function describeLoss(takenAt: string, askedAt: string): string {
  const ageMs = Math.max(0, Date.parse(askedAt) - Date.parse(takenAt))
  const age = `${formatDuration(ageMs)} when asked`
  return `⚠️ what was written since ${formatInstant(takenAt)} is not in it (${age})`
}
