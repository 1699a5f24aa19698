import type { ReasonCode } from './reason-code.ts'

/** The version of a notice. Fields are added within a version, never changed. */
export const noticeVersion = 1

/** What a notice is about: something begins, went well, went well and must be looked at, or failed. */
export type NoticeKind = 'started' | 'succeeded' | 'flagged' | 'failed'

/**
 * What people are told outside of the run, before it is a mail or a message: every channel says the
 * same. Every text is redacted and bounded, and may still be foreign: making it harmless in its
 * medium is the renderer's duty.
 */
export interface Notice {
  readonly version: typeof noticeVersion
  readonly kind: NoticeKind
  readonly command: string
  /** How the command ended; absent where it has only begun. */
  readonly reasonCode?: ReasonCode
  /** The database that it is about, as far as it is known. */
  readonly database?: string
  /** When it was composed, ISO-8601. */
  readonly at: string
  /** One line: the database and the reason. */
  readonly title: string
  /** The command's own sentence, on one or more lines. */
  readonly message: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly warnings: readonly string[]
  /** What the log said last. */
  readonly lastLines: readonly string[]
  /** What to do, a sentence each. */
  readonly advice: readonly string[]
  /** Lines to copy into a shell. */
  readonly commands: readonly string[]
  readonly runUrl?: string
  /** The page of the documentation about the reason. */
  readonly pageUrl?: string
}

/** A message to be sent is bounded, so that every renderer has an upper end to work with. */
const textCharactersMax = 1_500

/** Applies `change` to every text of a notice that came from outside. */
export function mapNotice(notice: Notice, change: (text: string) => string): Notice {
  const { database, runUrl, pageUrl } = notice
  return {
    ...notice,
    ...(database !== undefined && { database: change(database) }),
    title: change(notice.title),
    message: change(notice.message),
    facts: notice.facts.map(({ label, value }) => ({ label, value: change(value) })),
    warnings: notice.warnings.map(change),
    lastLines: notice.lastLines.map(change),
    advice: notice.advice.map(change),
    commands: notice.commands.map(change),
    ...(runUrl !== undefined && { runUrl: change(runUrl) }),
    ...(pageUrl !== undefined && { pageUrl: change(pageUrl) }),
  }
}

/** A text as a notice carries it: no longer than a message may be. */
export function boundNoticeText(text: string): string {
  return text.length <= textCharactersMax
    ? text
    : `${text.slice(0, textCharactersMax).toWellFormed()}…`
}
