import { boundText } from './bound-text.ts'
import type { Notice, NoticeKind } from './notice.ts'
import { noticeLooks } from './notice-looks.ts'
import { safeLink } from './safe-link.ts'

/**
 * Teams takes messages of at most 28 KB. A character may need six bytes of JSON, so all texts
 * together stay below 4,500.
 */
const titleLengthMax = 200
const messageLengthMax = 900
const linesLengthMax = 900
const listLengthMax = 700
const factsMax = 10
const factLengthMax = 110

const colours: Readonly<Record<NoticeKind, string>> = {
  started: 'accent',
  succeeded: 'good',
  flagged: 'warning',
  failed: 'attention',
}

type Element = Readonly<Record<string, unknown>>

/**
 * A notice as the body that a Teams workflow ("Post to a channel when a webhook request is
 * received") takes: one Adaptive Card. Foreign text stands in text runs, which know no Markdown.
 */
export function renderTeams(notice: Notice): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: renderCard(notice),
      },
    ],
  }
}

function renderCard(notice: Notice): object {
  const title = boundText(`${noticeLooks[notice.kind].mark} ${notice.title}`, titleLengthMax)
  const actions = [
    [safeLink(notice.runUrl), 'Open the run'],
    [safeLink(notice.pageUrl), 'What this means'],
  ].flatMap(([url, text]) =>
    url === undefined ? [] : [{ type: 'Action.OpenUrl', title: text, url }],
  )
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      paragraph([{ text: title, weight: 'Bolder', size: 'Large', color: colours[notice.kind] }]),
      paragraph([{ text: boundText(notice.message, messageLengthMax) }]),
      ...notice.facts
        .slice(0, factsMax)
        .map(({ label, value }) =>
          paragraph([
            { text: `${boundText(label, 40)}: `, weight: 'Bolder' },
            { text: boundText(value, factLengthMax) || '–' },
          ]),
        ),
      ...listPart('Warnings', notice.warnings),
      ...listPart('What to do', notice.advice),
      ...monospace([...notice.commands, ...notice.lastLines]),
    ],
    ...(actions.length > 0 && { actions }),
  }
}

function paragraph(runs: readonly Element[]): Element {
  return { type: 'RichTextBlock', inlines: runs.map((run) => ({ type: 'TextRun', ...run })) }
}

function listPart(title: string, lines: readonly string[]): readonly Element[] {
  if (lines.length === 0) return []
  const text = boundText(lines.map((line) => `• ${line}`).join('\n'), listLengthMax)
  return [paragraph([{ text: `${title}\n`, weight: 'Bolder' }, { text }])]
}

/** The end of the lines, since the last ones count most. */
function monospace(lines: readonly string[]): readonly Element[] {
  const text = lines.join('\n')
  if (text.trim() === '') return []
  const end =
    text.length <= linesLengthMax ? text : `…${text.slice(1 - linesLengthMax).toWellFormed()}`
  return [paragraph([{ text: end, fontType: 'Monospace', size: 'Small' }])]
}
