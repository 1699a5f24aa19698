import { formatAge } from './format-age.ts'
import { formatInstant } from './format-instant.ts'
import { formatNumber } from './format-number.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type Fact, fact, type Span } from './report.ts'
import type { Statistics } from './result.ts'

/** The four figures that everybody looks for first, and what else is worth a line. */
export function reportStatistics(statistics: Statistics): readonly Block[] {
  return [
    { kind: 'heading', text: 'The bucket' },
    { kind: 'facts', facts: [...listFour(statistics), ...listMore(statistics)] },
  ]
}

function listFour(statistics: Statistics): readonly Fact[] {
  const { byStatus, storedBytes } = statistics
  return [
    ...fact('Total stored', formatSize(storedBytes)),
    ...fact('COMPLETED', { tone: 'good', text: formatNumber(byStatus.COMPLETED) }),
    ...fact('FAILED', {
      tone: byStatus.FAILED === 0 ? 'neutral' : 'bad',
      text: formatNumber(byStatus.FAILED),
    }),
    ...fact('Last backup', ...describeLast(statistics)),
  ]
}

function describeLast(statistics: Statistics): readonly (Span | undefined)[] {
  const { lastCompletedAt, lastCompletedAgeMs, lastCompletedId } = statistics
  if (lastCompletedAt === undefined) return [{ tone: 'bad', text: 'never' }]
  const age = lastCompletedAgeMs === undefined ? '' : `, ${formatAge(lastCompletedAgeMs)}`
  const id = lastCompletedId === undefined ? [] : [', ', code(lastCompletedId)]
  return [`${formatInstant(lastCompletedAt)}${age}`, ...id]
}

function listMore({ byStatus, total, successRate }: Statistics): readonly Fact[] {
  const running = byStatus.PENDING + byStatus.IN_PROGRESS
  return [
    ...fact('Under way', running === 0 ? undefined : formatNumber(running)),
    ...fact('Entries', formatNumber(total)),
    ...fact(
      'Success rate',
      successRate === undefined ? undefined : `${Math.floor(successRate * 1000) / 10} %`,
    ),
  ]
}
