import { type AlarmMark, writeAlarmMark } from './alarm.ts'
import { cutDetails } from './cut-details.ts'
import type { Notice } from './notice.ts'
import { noticeLooks } from './notice-looks.ts'
import { renderReport } from './render-summary.ts'
import type { Report } from './report.ts'
import { reportMessage } from './report-message.ts'
import { safeLink } from './safe-link.ts'

const titleLengthMax = 200
/** Longest text of an issue or a comment that GitHub takes. */
const textLengthMax = 65_536
const noteCut = '_The rest did not fit here: see the page of the run._'

/** The title of the one issue of a database. */
export function renderIssueTitle({ database }: Notice, prefix: string): string {
  const name = database === undefined ? `below the prefix "${prefix}"` : `of "${database}"`
  return `Backups ${name} need attention`.slice(0, titleLengthMax).toWellFormed()
}

/** A notice as Markdown for an issue or a comment, with the mark that nobody sees. */
export function renderIssueText(notice: Notice, mark: AlarmMark): string {
  const links = [
    [safeLink(notice.runUrl), 'The run'],
    [safeLink(notice.pageUrl), 'What this means'],
  ].flatMap(([url, text]) => (url === undefined ? [] : [`[${text}](${url})`]))
  const ending = [
    '',
    ...(links.length === 0 ? [] : [links.join(' · ')]),
    writeAlarmMark(mark),
  ].join('\n\n')
  const report = renderReport(reportNotice(notice))
  return `${cutDetails(report, textLengthMax - ending.length, noteCut)}${ending}`
}

function reportNotice({
  kind,
  title,
  message,
  facts,
  warnings,
  advice,
  lastLines,
}: Notice): Report {
  const tones = {
    started: 'neutral',
    succeeded: 'good',
    flagged: 'doubtful',
    failed: 'bad',
  } as const
  const folded = { title: 'The last lines of the log', language: 'text' } as const
  return [
    { kind: 'title', tone: tones[kind], text: [title] },
    ...reportMessage(message),
    {
      kind: 'facts',
      facts: [
        { label: 'How it ended', value: [noticeLooks[kind].word] },
        ...facts.map(({ label, value }) => ({ label, value: [value] })),
      ],
    },
    ...warnings.map((text) => ({
      kind: 'notice' as const,
      tone: 'doubtful' as const,
      text: [text],
    })),
    ...advice.map((text) => ({ kind: 'notice' as const, tone: 'neutral' as const, text: [text] })),
    ...(lastLines.length === 0
      ? []
      : [
          {
            kind: 'fold' as const,
            title: folded.title,
            blocks: [{ kind: 'commands' as const, language: folded.language, lines: lastLines }],
          },
        ]),
  ]
}
