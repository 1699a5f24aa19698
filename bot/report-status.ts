import { isEnd } from '../action/domain/card.ts'
import { linkTo } from '../action/domain/card-facts.ts'
import { stateWords } from '../action/domain/card-words.ts'
import { formatInstant } from '../action/domain/format-instant.ts'
import { codeMarkdown } from '../action/domain/summary-text.ts'
import { type CardNews, describeReading } from './change-card.ts'
import { limits } from './limits.ts'
import { listIssueCards } from './list-cards.ts'
import type { PlacedCard } from './placed-card.ts'
import type { Run } from './ports.ts'
import { reconcileCard } from './reconcile-card.ts'
import { readRequestIds } from './run-of-request.ts'
import type { OpenSession } from './session.ts'

/**
 * `/status`: the open requests of this issue, each brought into agreement with its run, and the open
 * runs of the two workflows, whoever started them and from wherever.
 */
export async function reportStatus(
  session: OpenSession,
): Promise<CardNews & { readonly state: 'answered' | 'failed' }> {
  const { context, asked, policy } = session
  const { backup, restore } = policy.workflows
  const [listing, ...runs] = await Promise.all([
    listIssueCards(context, asked.issueNumber),
    ...[...new Set([backup, restore])].map((file) => context.repository.listOpenRuns(file)),
  ])
  if (listing.kind !== 'found') {
    const message = `Cannot look for open requests: ${describeReading(listing)}`
    return { state: 'failed', message, hint: 'Ask again in a new comment.' }
  }
  const { cards, isComplete } = listing.value
  const open = cards.filter(({ card }) => !isEnd(card.state)).toReversed()
  const looked = await Promise.all(
    open.slice(0, limits.reconciledMax).map(async (placed) => ({
      ...placed,
      card: await reconcileCard(context, policy, placed),
    })),
  )
  const listed = new Set(looked.map(({ request }) => request.id))
  const others = runs
    .flatMap((reading) => (reading.kind === 'found' ? reading.value : []))
    .filter((run) => !readRequestIds(run.title).some((id) => listed.has(id)))
  const isUnsure = runs.some(({ kind }) => kind === 'denied' || kind === 'failed')
  const details = [
    ...renderRequests(looked, open.length - looked.length),
    ...renderRuns(others),
    ...(isComplete ? [] : ['This issue has very many comments: there may be more requests.']),
    ...(isUnsure ? ['GitHub did not give all open runs: there may be more.'] : []),
  ]
  const nothing = 'No request of this issue is open, and neither workflow is running.'
  return { state: 'answered', details: details.length === 0 ? nothing : details.join('\n\n') }
}

function renderRequests(cards: readonly PlacedCard[], more: number): readonly string[] {
  if (cards.length === 0) return []
  const rows = cards.map(({ request, card, url }) => {
    const { mark, title } = stateWords[card.state]
    const run = card.run === undefined ? 'none yet' : linkTo(String(card.run.id), card.run.url)
    const asker = `${codeMarkdown(request.requester.login)}, ${formatInstant(request.createdAt)}`
    return `| ${linkTo(`/${request.command}`, url)} | ${mark} ${title} | ${asker} | ${run} | ${codeMarkdown(request.id)} |`
  })
  return [
    '#### Requests of this issue',
    ['| Request | State | Asked by | Run | Id |', '| --- | --- | --- | --- | --- |', ...rows].join(
      '\n',
    ),
    ...(more === 0 ? [] : [`… and ${more} older ones.`]),
  ]
}

function renderRuns(runs: readonly Run[]): readonly string[] {
  if (runs.length === 0) return []
  const shown = runs.slice(0, limits.reconciledMax)
  const rows = shown.map(
    (run) =>
      `| ${linkTo(String(run.id), run.url)} | ${codeMarkdown(run.title)} | ${codeMarkdown(run.status)} | ${formatInstant(run.createdAt)} |`,
  )
  const more = runs.length - shown.length
  return [
    '#### Other open runs',
    ['| Run | Title | Status | Since |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...(more === 0 ? [] : [`… and ${more} more.`]),
  ]
}
