import { anyId } from './split-line.ts'

/** Which id of this run stands for which one that a page shows; checksums alike. */
export type KnownIds = ReadonlyMap<string, string>

const lower = (id: string) => id.toLowerCase().replace('_', '-')

/** Notes that one stands for the other; nothing where either of them stands for another already. */
export function noteId(known: KnownIds, shown: string, real: string): KnownIds | undefined {
  const [one, other] = [lower(shown), lower(real)]
  const before = known.get(one)
  if (before !== undefined) return before === other ? known : undefined
  if ([...known.values()].includes(other)) return undefined
  return new Map([...known, [one, other]])
}

/**
 * A text of a page with the ids of this run.
 *
 * @throws Error where an id was neither given nor shown in an output before
 */
export function putIds(text: string, known: KnownIds): string {
  return text.replaceAll(anyId, (shown) => {
    const real = known.get(lower(shown))
    if (real === undefined) throw new Error(`No backup of this run stands for ${shown}`)
    if (shown.includes('_')) return real.replace('-', '_')
    return real.replace(/^\d{8}t\d{6}z/, (instant) => instant.toUpperCase())
  })
}
