import type { AskingFacts, GateFacts } from './gate-facts.ts'
import type { GateReason } from './gate-reason.ts'

/** What the gated job is about to do, to be held against the comment that asked for it. */
export interface AskedDeed {
  readonly command: 'restore' | 'delete'
  readonly requesterId: number
  /** By the request's own id, whose form says it. */
  readonly issueNumber: number
  /** Of which the comment must have one: what the plan resolved, and "latest" where that was to be resolved. */
  readonly backupWords: readonly string[]
  /** Restore only. */
  readonly mode?: string | undefined
}

/**
 * GitHub stamps what was never edited within the same second, or in the next one where making it took over the turn
 * of a second.
 */
const untouchedMaxMs = 1_000

/** The bot takes no comment that is older than a day; then the run has to be started. */
const askingAgeMaxMs = 25 * 60 * 60 * 1000

/** A comment shows with the time of one of GitHub's servers, a run with that of another. */
const clockSkewMaxMs = 5 * 60 * 1000

/**
 * Whether the comment that a bot's card leads to really asks for this: a person who belongs to the repository wrote it,
 * whom the card names, it stands where the request's id says, nobody has edited it, it is of the time of the run, and a
 * line of it is the command. A card alone proves little where its bot is the account that all workflows share; nobody
 * writes a comment in another person's name, unless through an App that this person has let do so.
 *
 * The line is looked for without reading the comment's Markdown: whether a command counts is for the bot to judge, and
 * here only whether the person has written it.
 */
export function judgeAsking(
  { asking, run }: Pick<GateFacts, 'asking' | 'run'>,
  deed: AskedDeed,
): readonly GateReason[] {
  if (asking === undefined) return [unproven('is gone or cannot be read', 'to be there')]
  if (asking.authorId !== deed.requesterId) {
    return [unproven('is by somebody else than the card says', 'to be by who asked')]
  }
  if (!asking.isByPerson) return [unproven('was written by an App', 'to be by a person')]
  if (!asking.isByMember) {
    return [unproven('is by an account without triage here', 'to be by a member')]
  }
  if (asking.issueNumber !== deed.issueNumber) {
    return [unproven('is under another issue than the request', 'to be under the same one')]
  }
  // Written so that a time that is no number counts as an edit, and as too old.
  if (!(asking.updatedAt.getTime() - asking.createdAt.getTime() <= untouchedMaxMs)) {
    return [unproven('was edited', 'to be as it was written')]
  }
  const ageMs = (run.createdAt?.getTime() ?? Number.NaN) - asking.createdAt.getTime()
  if (!(ageMs >= -clockSkewMaxMs && ageMs <= askingAgeMaxMs)) {
    return [unproven('is not of the time of this run', 'to be at most a day older')]
  }
  return asksFor(asking, deed) ? [] : [unproven('does not ask for this', 'to hold the command')]
}

function asksFor({ body }: AskingFacts, { command, backupWords, mode }: AskedDeed): boolean {
  return body.split(/\r\n|\n|\r/).some((line) => {
    const [first, ...words] = line.trim().split(/[ \t=]+/)
    if (first !== `/${command}`) return false
    const place = words.indexOf('--mode')
    // Where the comment names no mode, the workflow's own counts.
    const isMode = place === -1 || words[place + 1]?.toLowerCase() === mode
    return isMode && words.some((word) => backupWords.includes(word))
  })
}

function unproven(found: string, expected: string): GateReason {
  return {
    code: 'request_unproven',
    text: `the comment that asked ${found}, expected it ${expected}`,
    hint: 'Ask again in a new comment, and neither edit, hide nor delete it before the run has ended.',
  }
}
