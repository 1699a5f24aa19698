import { boundText } from './bound-text.ts'
import type { Notice } from './notice.ts'
import { noticeLooks } from './notice-looks.ts'
import { safeLink } from './safe-link.ts'

/**
 * Limits of a Discord embed, in UTF-16 units and items (discord.com/developers, "Embed Limits"). All
 * texts together may have 6,000, so each part gets less than it might: 250 + 3,000 + 10 × (50 + 200)
 * + 50.
 */
const titleLengthMax = 250
const descriptionLengthMax = 3_000
const fieldsMax = 10
const fieldNameLengthMax = 50
const fieldValueLengthMax = 200
/** Of the description, what the last lines of the log may take. */
const linesLengthMax = 1_200

/** A notice as the body of a Discord webhook: one embed that mentions nobody. */
export function renderDiscord(notice: Notice): object {
  const { mark, colour } = noticeLooks[notice.kind]
  const url = safeLink(notice.runUrl)
  return {
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: boundText(`${mark} ${notice.title}`, titleLengthMax, escapeMarkdown),
        description: describe(notice),
        color: Number.parseInt(colour.slice(1), 16),
        ...(url !== undefined && { url }),
        timestamp: notice.at,
        fields: notice.facts.slice(0, fieldsMax).map(({ label, value }) => ({
          name: boundText(label, fieldNameLengthMax, escapeMarkdown),
          value: boundText(value, fieldValueLengthMax, escapeMarkdown) || '–',
          inline: true,
        })),
        footer: { text: 'Strongroom' },
      },
    ],
  }
}

function describe({ message, warnings, advice, commands, lastLines, pageUrl }: Notice): string {
  const page = safeLink(pageUrl)
  const lines = fence([...commands, ...lastLines])
  const link = page === undefined ? '' : `\n\n[What this means](${page})`
  const prose = [
    message,
    ...warnings.map((line) => `• ${line}`),
    ...advice.map((line) => `→ ${line}`),
  ]
  const room = Math.max(0, descriptionLengthMax - lines.length - link.length)
  return `${boundText(prose.join('\n'), room, escapeMarkdown)}${lines}${link}`
}

/** The end of the lines, since the last ones count most. */
function fence(lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const text = lines.join('\n').replaceAll('```', "'''")
  const end =
    text.length <= linesLengthMax ? text : `…${text.slice(1 - linesLengthMax).toWellFormed()}`
  return `\n\`\`\`\n${end}\n\`\`\``
}

/** Discord's Markdown and mentions made into plain characters. */
function escapeMarkdown(character: string): string {
  return /[\\*_~`>|[\]()#<@-]/.test(character) ? `\\${character}` : character
}
