import { boundText } from './bound-text.ts'
import type { Notice } from './notice.ts'
import { noticeLooks } from './notice-looks.ts'
import { safeLink } from './safe-link.ts'

/** Limits of Slack's Block Kit, in characters and items (docs.slack.dev, "Blocks"). */
const headerCharactersMax = 150
const sectionCharactersMax = 3_000
const fieldCharactersMax = 2_000
const fieldsMax = 10
const labelCharactersMax = 100
const textCharactersMax = 4_000

type Block = Readonly<Record<string, unknown>>

/** A notice as the body of a Slack incoming webhook: blocks, and a text for notifications. */
export function renderSlack(notice: Notice): object {
  const { mark } = noticeLooks[notice.kind]
  const title = `${mark} ${notice.title}`
  return {
    text: boundText(title, textCharactersMax, escapeMrkdwn),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: boundText(title, headerCharactersMax), emoji: true },
      },
      section(boundText(notice.message, sectionCharactersMax, escapeMrkdwn)),
      ...listFields(notice),
      ...listPart('Warnings', notice.warnings),
      ...listPart('What to do', notice.advice),
      ...fence(notice.commands),
      ...fence(notice.lastLines),
      ...listLinks(notice),
    ],
  }
}

/** Verbatim: Slack makes links of nothing but what we wrote as one. */
function mrkdwn(text: string): Block {
  return { type: 'mrkdwn', text, verbatim: true }
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

function listFields({ facts }: Notice): readonly Block[] {
  if (facts.length === 0) return []
  const fields = facts
    .slice(0, fieldsMax)
    .map(({ label, value }) =>
      mrkdwn(
        `*${boundText(label, labelCharactersMax, escapeMrkdwn)}*\n${boundText(value, fieldCharactersMax - labelCharactersMax - 3, escapeMrkdwn)}`,
      ),
    )
  return [{ type: 'section', fields }]
}

function listPart(title: string, lines: readonly string[]): readonly Block[] {
  if (lines.length === 0) return []
  const text = lines.map((line) => `• ${line}`).join('\n')
  const head = `*${title}*\n`
  return [section(head + boundText(text, sectionCharactersMax - head.length, escapeMrkdwn))]
}

/** The last lines count most, so the first are left out where there is no room. */
function fence(lines: readonly string[]): readonly Block[] {
  if (lines.length === 0) return []
  const room = sectionCharactersMax - '```\n\n```'.length
  const kept: string[] = []
  let length = 0
  for (const line of lines.toReversed()) {
    const shown = boundText(line.replaceAll('```', "'''"), room, escapeMrkdwn)
    length += shown.length + 1
    if (length > room) break
    kept.unshift(shown)
  }
  return [section(`\`\`\`\n${kept.join('\n')}\n\`\`\``)]
}

function listLinks({ runUrl, pageUrl }: Notice): readonly Block[] {
  const links = [
    [safeLink(runUrl), 'Open the run'],
    [safeLink(pageUrl), 'What this means'],
  ].flatMap(([url, text]) =>
    url === undefined ? [] : [`<${url.replaceAll('&', '&amp;')}|${text}>`],
  )
  return links.length === 0 ? [] : [section(links.join(' · '))]
}

/** The three that Slack asks to be escaped: without them no mention and no link can be made. */
function escapeMrkdwn(character: string): string {
  if (character === '&') return '&amp;'
  if (character === '<') return '&lt;'
  return character === '>' ? '&gt;' : character
}
