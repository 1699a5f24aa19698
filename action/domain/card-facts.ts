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

/** Who asked for what, what was frozen, who agreed: the table of a card, as Markdown. */
export function renderFacts({ request, card }: CardParts): string {
  const { plan, waiting, approvers, run, reasonCode } = card
  const rows: readonly Row[] = [
    ['Asked by', describeRequester(request)],
    ...optional('With', describeArguments(request.arguments)),
    ...(plan === undefined ? [] : describePlan(plan, request.createdAt)),
    ...optional('Environment', waiting && codeMarkdown(waiting.environment)),
    ...optional('Approved by', approvers && listNames(approvers.map(({ login }) => login))),
    ...optional('Run', run && linkTo(String(run.id), run.url)),
    ...optional(
      'Reason',
      isBadEnd(card.state) && reasonCode ? codeMarkdown(reasonCode) : undefined,
    ),
    ['Request', codeMarkdown(request.id)],
    ['Updated', formatInstant(card.updatedAt)],
  ]
  const lines = rows.map(([label, markdown]) => `| **${label}** | ${markdown} |`)
  return ['| | |', '| --- | --- |', ...lines].join('\n')
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
  const { checksum, target, mode, takenAt } = plan
  const short = checksum && `${checksum.slice(0, checksumDigits)}…`
  return [
    ['Backup', `${codeMarkdown(plan.backupId)} of database ${codeMarkdown(plan.database)}`],
    ['Size', plan.sizeBytes === 0 ? 'nothing was stored' : formatSize(plan.sizeBytes)],
    ...optional('SHA-256', short && codeMarkdown(short)),
    ...optional('Target', target && `database ${codeMarkdown(target)}`),
    ...optional('Mode', mode && codeMarkdown(mode)),
    plan.command === 'restore'
      ? ['Data loss', describeLoss(takenAt, askedAt)]
      : ['Taken', formatInstant(takenAt)],
  ]
}

function describeLoss(takenAt: string, askedAt: string): string {
  const ageMs = Math.max(0, Date.parse(askedAt) - Date.parse(takenAt))
  const age = `the last ${formatDuration(ageMs)} when this was asked for`
  return `⚠️ what was written since ${formatInstant(takenAt)} is not in this backup: ${age}`
}
