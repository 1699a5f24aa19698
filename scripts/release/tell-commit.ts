import { CommitParser } from 'conventional-commits-parser'

/** The groups of Keep a Changelog that commits go to, and one for what makes a user act. */
export type Group = 'Breaking' | 'Added' | 'Changed' | 'Fixed'

/** What a commit means for those who use it. */
export type Telling =
  | {
      readonly kind: 'story'
      readonly group: Group
      /** Without a dash, on one line: "restore: keep the old database". */
      readonly line: string
      /** Whether a release must tell it. A person may strike out what must not: a rebuilding that nobody can notice. */
      readonly isNeeded: boolean
    }
  | { readonly kind: 'silent' }
  /** Its subject is in another form, or of another type. */
  | { readonly kind: 'strange' }

const groups: Readonly<Record<string, { group: Group; isNeeded: boolean }>> = {
  feat: { group: 'Added', isNeeded: true },
  fix: { group: 'Fixed', isNeeded: true },
  perf: { group: 'Changed', isNeeded: true },
  revert: { group: 'Changed', isNeeded: true },
  refactor: { group: 'Changed', isNeeded: false },
}

const silent = ['docs', 'test', 'chore', 'build', 'ci', 'style']

const parser = new CommitParser({
  headerPattern: /^([a-z]+)(?:\(([^()]+)\))?!?: (.+)$/,
  breakingHeaderPattern: /^([a-z]+)(?:\(([^()]+)\))?!: (.+)$/,
})

/**
 * What a changelog says of a commit.
 *
 * @param message the whole one: a footer may say that something breaks
 * @see https://www.conventionalcommits.org/en/v1.0.0/
 */
export function tellCommit(message: string): Telling {
  if (message.trim() === '') return { kind: 'strange' }
  const { type, scope, subject, notes } = parser.parse(message)
  if (!type || !subject || !(type in groups || silent.includes(type))) return { kind: 'strange' }
  const [breaking] = notes
  const words = (breaking?.text || subject).replace(/\s+/g, ' ').trim()
  const line = scope ? `${scope}: ${words}` : words
  if (breaking !== undefined) return { kind: 'story', group: 'Breaking', line, isNeeded: true }
  const story = groups[type]
  return story === undefined ? { kind: 'silent' } : { kind: 'story', ...story, line }
}
