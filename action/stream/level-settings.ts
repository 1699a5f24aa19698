/** How hard the kernel looks for matches. */
export interface LevelSettings {
  /** Candidates that are looked at for each position. */
  readonly depth: number
  /** A match of so many bytes ends the search. */
  readonly nice: number
  /** How many bytes a match is put off for a better one: 0, 1 or 2. */
  readonly lazy: number
}

/** Found by measurement: the cheapest settings that stay below GNU gzip of the same level. */
const levels: readonly LevelSettings[] = [
  { depth: 1, nice: 32, lazy: 0 },
  { depth: 2, nice: 32, lazy: 0 },
  { depth: 4, nice: 32, lazy: 0 },
  { depth: 2, nice: 64, lazy: 1 },
  { depth: 4, nice: 130, lazy: 1 },
  { depth: 6, nice: 258, lazy: 1 },
  { depth: 4, nice: 258, lazy: 2 },
  { depth: 6, nice: 258, lazy: 2 },
  { depth: 8, nice: 258, lazy: 2 },
]

/** The kernel's settings for a gzip level from 1 to 9. */
export function levelSettings(level: number): LevelSettings {
  const settings = levels[level - 1]
  if (settings === undefined) {
    throw new RangeError(
      `Cannot compress: the level is ${level}, expected a whole number from 1 to 9`,
    )
  }
  return settings
}
