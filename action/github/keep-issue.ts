import { type AlarmMark, readAlarmMark, standingAfter } from '../domain/alarm.ts'
import type { Delivery } from '../job/ports.ts'
import type { Issue, Issues } from './connect-issues.ts'

export interface IssueStep {
  readonly title: string
  /** Ends in the mark. */
  readonly text: string
  readonly mark: AlarmMark
  readonly label: string
}

/**
 * Keeps the one open issue of a database: opens it with what broke first, comments on it with what
 * follows, closes it once everything that broke is well again.
 *
 * GitHub has no way to say "unless there is one". So whoever opened one looks again: the lowest
 * number stays, and the others are closed as its duplicates, whoever made them. What is still wrong
 * is read from the marks in the issue and in the comments of its author, which are only ever added
 * to: two runs that write at once lose nothing.
 */
export async function keepIssue(issues: Issues, step: IssueStep): Promise<Delivery> {
  const found = await findOwn(issues, step)
  if (found.kind === 'failed') return found
  const [kept, ...others] = found.own
  if (kept !== undefined) return await continueIssue(issues, step, kept, others)
  return step.mark.opens.length === 0 ? { kind: 'told' } : await openIssue(issues, step)
}

async function findOwn(issues: Issues, { label, mark }: Pick<IssueStep, 'label' | 'mark'>) {
  const reading = await issues.listOpen(label)
  if (reading.kind === 'failed') return reading
  const own = reading.value.filter(({ body }) => readAlarmMark(body)?.key === mark.key)
  return { kind: 'found', own: own.toSorted((a, b) => a.number - b.number) } as const
}

async function openIssue(issues: Issues, step: IssueStep): Promise<Delivery> {
  const made = await issues.create(step.title, step.text, step.label)
  const found = await findOwn(issues, step)
  if (found.kind === 'failed') return made.kind === 'failed' ? made : { kind: 'told' }
  const { own } = found
  // Its answer may have been lost although it is there.
  const ours = own.find(({ body }) => readAlarmMark(body)?.nonce === step.mark.nonce)
  if (ours === undefined) return made.kind === 'failed' ? made : { kind: 'told' }
  const [kept] = own
  if (kept === undefined || kept.number === ours.number) return { kind: 'told' }
  const commented = await issues.comment(kept.number, step.text)
  if (commented.kind === 'failed') return commented
  return await closeAll(issues, [ours])
}

async function continueIssue(
  issues: Issues,
  step: IssueStep,
  kept: Issue,
  others: readonly Issue[],
): Promise<Delivery> {
  const { opens, heals } = step.mark
  const reading = await issues.listComments(kept.number)
  if (reading.kind === 'failed') return reading
  const own = reading.value.filter(({ authorId }) => authorId === kept.authorId)
  const marks = [kept, ...own].flatMap(({ body }) => {
    const mark = readAlarmMark(body)
    return mark?.key === step.mark.key ? [mark] : []
  })
  const before = standingAfter(marks)
  const after = standingAfter([...marks, step.mark])
  if (opens.length === 0 && heals.every((cause) => !before.has(cause))) return { kind: 'told' }
  const commented = await issues.comment(kept.number, step.text)
  if (commented.kind === 'failed') return commented
  const merged = await closeAll(issues, others)
  if (merged.kind === 'failed' || after.size > 0) return merged
  const closed = await issues.close(kept.number, 'completed')
  return closed.kind === 'failed' ? closed : { kind: 'told' }
}

async function closeAll(issues: Issues, surplus: readonly Issue[]): Promise<Delivery> {
  for (const { number } of surplus) {
    const closed = await issues.close(number, 'not_planned')
    if (closed.kind === 'failed') return closed
  }
  return { kind: 'told' }
}
