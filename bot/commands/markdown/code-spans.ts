/** Places of the runs of back-ticks by their length, each list in order, read from its end. */
export type Backticks = Map<number, number[]>

/** Every run of back-ticks of a text. */
export function indexBackticks(text: string): Backticks {
  const index: Backticks = new Map()
  const runs = [...text.matchAll(/`+/g)].map((run) => ({ at: run.index, length: run[0].length }))
  for (const { at, length } of runs.toReversed()) {
    const places = index.get(length)
    if (places === undefined) index.set(length, [at])
    else places.push(at)
  }
  return index
}

/**
 * Where the code span that begins at `at` ends: behind the next run of the same length, else behind
 * the run itself. Places before are dropped, so `at` must not fall from call to call.
 */
export function findCodeEnd(index: Backticks, text: string, at: number): number {
  let opened = at
  while (text[opened] === '`') opened += 1
  const length = opened - at
  const places = index.get(length) ?? []
  while (places.length > 0 && (places.at(-1) ?? 0) < opened) places.pop()
  const close = places.at(-1)
  return close === undefined ? opened : close + length
}
