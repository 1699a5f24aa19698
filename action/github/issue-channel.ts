import { createHash } from 'node:crypto'
import type { AlarmMark } from '../domain/alarm.ts'
import { alarmStepOf } from '../domain/alarm.ts'
import type { Notice } from '../domain/notice.ts'
import { renderIssueText, renderIssueTitle } from '../domain/render-issue.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { Channel, Random } from '../job/ports.ts'
import { connectIssues } from './connect-issues.ts'
import type { GitHubOptions } from './create-sender.ts'
import { keepIssue } from './keep-issue.ts'

/** The label by which the issues are found again; people may add others. */
export const alarmLabel = 'strongroom'

const name = 'issue'
const nonceCharacters = 16

export interface IssueChannelOptions {
  /** Bucket and prefix: two stores of databases of the same name have an issue each. */
  readonly place: string
  readonly prefix: string
  readonly random: Random
  readonly wants: Channel['wants']
}

/** One open issue for each database whose backups need attention. */
export function createIssueChannel(
  options: Omit<GitHubOptions, 'signal'>,
  { place, prefix, random, wants }: IssueChannelOptions,
): Channel {
  const keyOf = (database: string | undefined) =>
    createHash('sha256')
      .update(`${place}\n${database ?? ''}`)
      .digest('hex')
      .slice(0, 16)
  return {
    name,
    wants,
    async tell({ notice }, signal) {
      const issues = connectIssues({ ...options, signal })
      const mark: AlarmMark = {
        ...alarmStepOf(notice),
        key: keyOf(notice.database),
        nonce: random.base32(nonceCharacters),
      }
      const text = renderIssueText(notice, mark)
      const title = renderIssueTitle(notice, prefix)
      const told = await keepIssue(issues, { title, text, mark, label: alarmLabel })
      if (told.kind === 'failed' || !isAboutDatabase(notice)) return told
      // What failed before its database was known stands under the prefix alone, and is mended, too.
      const nameless = { ...mark, key: keyOf(undefined), opens: [] }
      const rest = { title, text: renderIssueText(notice, nameless), mark: nameless }
      return await keepIssue(issues, { ...rest, label: alarmLabel })
    },
    async probe(signal): Promise<DoctorCheck> {
      const reading = await connectIssues({ ...options, signal }).listOpen(alarmLabel)
      if (reading.kind === 'failed') {
        return { name, state: 'failed', text: reading.problem, advice: reading.hint }
      }
      const text = `${reading.value.length} open with the label "${alarmLabel}"; whether the token may write shows only when there is something to tell`
      return { name, state: 'unknown', text }
    },
  }
}

function isAboutDatabase(notice: Notice): boolean {
  return notice.database !== undefined && alarmStepOf(notice).heals.length > 0
}
