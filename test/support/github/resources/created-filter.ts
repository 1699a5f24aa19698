const instant = String.raw`\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?`
const bound = new RegExp(`^(>=|<=|>|<)?(${instant})$`)
const range = new RegExp(`^(${instant}|\\*)\\.\\.(${instant}|\\*)$`)
const dayMs = 86_400_000

/**
 * The filter `created` in GitHub's search syntax: `>=2026-11-22T03:00:00Z`, `2026-11-22`, `a..b`, with `*`
 * for an open end. Compared in whole seconds, as GitHub keeps them. Nothing where it is none.
 */
export function judgeCreated(text: string): ((created: Date) => boolean) | undefined {
  const [, sign, at] = bound.exec(text) ?? []
  if (at !== undefined) {
    const start = Date.parse(at)
    // A day without a time is the whole of it.
    const end = at.includes('T') ? start : start + dayMs - 1_000
    return (created) => {
      const second = wholeSecond(created)
      if (sign === '>=') return second >= start
      if (sign === '<=') return second <= end
      if (sign === '>') return second > end
      if (sign === '<') return second < start
      return second >= start && second <= end
    }
  }
  const [, from, to] = range.exec(text) ?? []
  if (from === undefined || to === undefined) return undefined
  const start = from === '*' ? Number.NEGATIVE_INFINITY : Date.parse(from)
  const end = to === '*' ? Number.POSITIVE_INFINITY : Date.parse(to)
  return (created) => wholeSecond(created) >= start && wholeSecond(created) <= end
}

function wholeSecond(when: Date): number {
  return Math.floor(when.getTime() / 1_000) * 1_000
}
