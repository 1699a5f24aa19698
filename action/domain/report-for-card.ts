import { composeReport } from './compose-report.ts'
import { narrowTable } from './narrow-table.ts'
import { type Block, code, type Report } from './report.ts'
import type { FailureResult, ListResult, Result } from './result.ts'

/** Facts of a failure that a card has in its own table. */
const knownLabels: ReadonlySet<string> = new Set(['Reason', 'More'])

/**
 * The report of a result as a card's details: without what the card says itself (title, sentence, hint)
 * and without addresses. Warnings and what was asked for stay open, the rest is folded.
 *
 * @param now ages are counted from here
 * @param lastLines of the log, which a failure shows
 */
export function reportForCard(
  result: Result | FailureResult,
  now: Date,
  lastLines: readonly string[] = [],
): Report {
  if (result.ok && result.command === 'plan') return []
  const blocks = composeReport(withoutAddresses(result), now).flatMap((block) =>
    isSaid(block, result) ? [] : keepUnknown(block),
  )
  const open = blocks.filter(({ kind }) => kind === 'notice')
  const rest = blocks.filter(({ kind }) => kind !== 'notice')
  if (isAnswer(result)) return [...open, ...rest.flatMap(narrowTable), ...namePage(result)]
  const isShort = rest.every(({ kind }) => kind === 'facts') && !result.ok
  const isOpen = rest.length === 0 || isShort
  return [
    ...open,
    ...(isOpen ? rest : [{ kind: 'fold' as const, title: 'Details', blocks: rest }]),
    ...(result.ok ? [] : quoteLog(lastLines)),
  ]
}

function quoteLog(lines: readonly string[]): Report {
  if (lines.length === 0) return []
  const block = { kind: 'commands', language: 'text', lines } as const
  return [{ kind: 'fold', title: 'The last lines of the log', blocks: [block] }]
}

/** Whether the details are what was asked for, and not what is told besides. */
function isAnswer({ ok, command }: Result | FailureResult): boolean {
  return ok && (command === 'list' || command === 'cleanup')
}

/** Results name the bucket and the server of the target, which have no place in a comment. */
function withoutAddresses(result: Result | FailureResult): Result | FailureResult {
  if ('backup' in result && result.backup !== undefined) {
    return { ...result, backup: { ...result.backup, fileUrl: '' } } as Result
  }
  if (result.command === 'restore' && 'steps' in result && result.plan !== undefined) {
    const { plan } = result
    const backup = { ...plan.backup, fileUrl: '' }
    return { ...result, plan: { ...plan, backup, target: { ...plan.target, host: '' } } }
  }
  return result
}

function isSaid(block: Block, { message, hint }: Result | FailureResult): boolean {
  if (block.kind === 'title') return true
  const [text, ...more] = block.kind === 'paragraph' || block.kind === 'notice' ? block.text : []
  if (typeof text !== 'string' || more.length > 0) return false
  return block.kind === 'notice'
    ? hint?.split('\n').includes(text) === true
    : message.split('\n').includes(text)
}

function keepUnknown(block: Block): readonly Block[] {
  if (block.kind !== 'facts') return [block]
  const facts = block.facts.filter(({ label }) => !knownLabels.has(label))
  return facts.length === 0 ? [] : [{ ...block, facts }]
}

/** Where the reader is, and how to get on. */
function namePage(result: Result | FailureResult): Report {
  if (result.command !== 'list' || !('pages' in result)) return []
  const { page, pages }: ListResult = result
  if (pages === 1) return []
  const next = page < pages ? ['. Next: ', code(`/backups --page ${page + 1}`)] : []
  return [{ kind: 'paragraph', text: [`Page ${page} of ${pages}`, ...next] }]
}
