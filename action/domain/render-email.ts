import type { Notice } from './notice.ts'
import { noticeLooks } from './notice-looks.ts'
import { safeLink } from './safe-link.ts'

/** Longer subjects are cut by mail readers anyway. */
const subjectCharactersMax = 160

/** A mail as the transport takes it. */
export interface Email {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A notice as a mail, in plain text and in HTML without anything that is loaded from elsewhere. */
export function renderEmail(notice: Notice): Email {
  return {
    subject: `[Strongroom] ${notice.title}`
      .replace(/\s+/g, ' ')
      .slice(0, subjectCharactersMax)
      .toWellFormed(),
    text: renderText(notice),
    html: renderHtml(notice),
  }
}

function renderText(notice: Notice): string {
  const { title, message, facts, warnings, advice, commands, lastLines, runUrl, pageUrl } = notice
  const width = Math.max(0, ...facts.map(({ label }) => label.length))
  const part = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `${name}:`, ...lines]
  return [
    `${noticeLooks[notice.kind].word.toUpperCase()}: ${title}`,
    '',
    message,
    '',
    ...facts.map(({ label, value }) => `${label.padEnd(width)}  ${value}`),
    ...part(
      'Warnings',
      warnings.map((line) => `- ${line}`),
    ),
    ...part(
      'What to do',
      advice.map((line) => `- ${line}`),
    ),
    ...part(
      'Commands',
      commands.map((line) => `  ${line}`),
    ),
    ...part(
      'The last lines of the log',
      lastLines.map((line) => `  ${line}`),
    ),
    ...(runUrl === undefined ? [] : ['', `The run: ${runUrl}`]),
    ...(pageUrl === undefined ? [] : ['', `What this means: ${pageUrl}`]),
    '',
    ...footer.map((line) => line),
    '',
  ].join('\n')
}

const footer = [
  'Strongroom sends this because a workflow or a terminal of yours names this address in "notify-email".',
]

const font = '-apple-system,BlinkMacSystemFont,Segoe UI,Helvetica,Arial,sans-serif'
const monospace = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace'

/** Tables and inline styles, because that is what mail readers have in common. */
function renderHtml(notice: Notice): string {
  const { title, message, facts, warnings, advice, commands, lastLines } = notice
  const { colour, word, mark } = noticeLooks[notice.kind]
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title></head>`,
    `<body style="margin:0;padding:24px 12px;background:#f6f8fa;font-family:${font};color:#1f2328;font-size:15px;line-height:1.5">`,
    '<table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center">',
    '<table role="presentation" width="640" cellspacing="0" cellpadding="0" style="max-width:640px;width:100%;background:#ffffff;border:1px solid #d1d9e0;border-radius:8px">',
    `<tr><td style="border-top:4px solid ${colour};border-radius:8px 8px 0 0;padding:20px 24px 0 24px">`,
    `<p style="margin:0;font-size:13px;font-weight:600;color:${colour}">${mark} ${escapeHtml(word)}</p>`,
    `<h1 style="margin:4px 0 0 0;font-size:20px;line-height:1.3;overflow-wrap:anywhere">${escapeHtml(title)}</h1>`,
    '</td></tr><tr><td style="padding:12px 24px 20px 24px">',
    ...message
      .split('\n')
      .map((line) => `<p style="margin:0 0 12px 0;overflow-wrap:anywhere">${escapeHtml(line)}</p>`),
    renderFacts(facts),
    renderList('Warnings', warnings),
    renderList('What to do', advice),
    renderLines('Commands', commands),
    renderLines('The last lines of the log', lastLines),
    renderLinks(notice),
    '</td></tr></table>',
    `<p style="max-width:640px;margin:12px auto 0 auto;font-size:12px;color:#59636e">${footer.map(escapeHtml).join(' ')}</p>`,
    '</td></tr></table></body></html>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function renderFacts(facts: Notice['facts']): string {
  if (facts.length === 0) return ''
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td style="padding:3px 16px 3px 0;color:#59636e;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td style="padding:3px 0;vertical-align:top;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`,
  )
  return `<table role="presentation" cellspacing="0" cellpadding="0" style="margin:0 0 8px 0;font-size:14px">${rows.join('')}</table>`
}

function renderList(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  const items = lines.map(
    (line) => `<li style="margin:0 0 4px 0;overflow-wrap:anywhere">${escapeHtml(line)}</li>`,
  )
  return `${heading(title)}<ul style="margin:0 0 8px 0;padding:0 0 0 20px">${items.join('')}</ul>`
}

function renderLines(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `${heading(title)}<pre style="margin:0 0 8px 0;padding:12px;background:#f6f8fa;border-radius:6px;font-family:${monospace};font-size:12px;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(lines.join('\n'))}</pre>`
}

function heading(title: string): string {
  return `<h2 style="margin:16px 0 6px 0;font-size:15px">${escapeHtml(title)}</h2>`
}

function renderLinks({ runUrl, pageUrl, kind }: Notice): string {
  const run = safeLink(runUrl)
  const page = safeLink(pageUrl)
  const { colour } = noticeLooks[kind]
  const button =
    run === undefined
      ? ''
      : `<a href="${escapeHtml(run)}" style="display:inline-block;padding:8px 16px;background:${colour};color:#ffffff;text-decoration:none;border-radius:6px;font-weight:600">Open the run</a>`
  const link =
    page === undefined
      ? ''
      : `<a href="${escapeHtml(page)}" style="display:inline-block;padding:8px 16px;color:#0969da">What this means</a>`
  return button === '' && link === '' ? '' : `<p style="margin:20px 0 0 0">${button}${link}</p>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
