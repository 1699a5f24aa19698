/** How hard the kernel looks for matches. */
export interface LevelSettings {
  /** Candidates that are looked at for each position, at least and, where it pays, at most. */
  readonly depthMin: number
  readonly depthMax: number
  /** A match of so many bytes ends the search. */
  readonly nice: number
  /** How many bytes a match is put off for a better one: 0, 1 or 2. */
  readonly lazy: number
}

const fast: LevelSettings = { depthMin: 1, depthMax: 1, nice: 32, lazy: 1 }
const light: LevelSettings = { depthMin: 2, depthMax: 4, nice: 64, lazy: 1 }
const middle: LevelSettings = { depthMin: 2, depthMax: 16, nice: 258, lazy: 1 }
const thorough: LevelSettings = { depthMin: 2, depthMax: 32, nice: 258, lazy: 2 }
const best: LevelSettings = { depthMin: 4, depthMax: 32, nice: 258, lazy: 2 }

/**
 * Found by measurement: the cheapest settings that stay below GNU gzip of the same level for each
 * kind of table on its own (text, JSON, keys and numbers, pgbench). gzip's levels 6 to 9 differ by
 * less than 1 % for text.
 */
const levels = [fast, fast, light, light, middle, thorough, thorough, thorough, best]

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
