import { findSection, readSection } from './read-release.ts'
import type { Group } from './tell-commit.ts'

/** One line that a section is to have. */
export interface Entry {
  /** The commit's whole id. */
  readonly id: string
  readonly group: Group
  readonly line: string
  readonly isNeeded: boolean
}

/** Keep a Changelog's own order, behind what makes a user act. */
const order = ['Breaking', 'Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']

/**
 * A changelog whose section of a version tells of these commits too. Where there is no such section, what stands under
 * "Unreleased" becomes its beginning. Nothing that was written by hand is changed.
 */
export function addEntries(
  changelog: string,
  release: { readonly version: string; readonly date: string },
  entries: readonly Entry[],
): { readonly changelog: string; readonly added: number } {
  const lines = openSection(changelog, release).split('\n')
  const place = findSection(lines, release.version)
  if (place === undefined) throw new Error(`Cannot draft: the date is "${release.date}"`)
  const section = lines.slice(place.start, place.end).join('\n').trim()
  const missing = entries.filter(({ id }) => !isTold(section, id))
  const filled = missing.reduce(addLine, section)
  const text = filled === '' ? [''] : ['', ...filled.split('\n'), '']
  return {
    changelog: lines.toSpliced(place.start, place.end - place.start, ...text).join('\n'),
    added: missing.length,
  }
}

/** Those that a release must tell, and whose ids are nowhere in its section. */
export function listUntold<T extends Entry>(section: string, entries: readonly T[]): readonly T[] {
  return entries.filter(({ id, isNeeded }) => isNeeded && !isTold(section, id))
}

/** An id counts by any beginning of at least seven figures, as git shortens it. */
function isTold(section: string, id: string): boolean {
  return (section.match(/\b[0-9a-f]{7,40}\b/g) ?? []).some((short) => id.startsWith(short))
}

/** The changelog with a heading for the version, below an "Unreleased" that is empty again. */
function openSection(
  changelog: string,
  { version, date }: { readonly version: string; readonly date: string },
): string {
  if (readSection(changelog, version) !== undefined) return changelog
  const heading = `## ${version} - ${date}`
  const unreleased = /^## Unreleased *$/m
  if (!unreleased.test(changelog)) {
    throw new Error('Cannot draft: CHANGELOG.md has no heading "## Unreleased", expected one')
  }
  return changelog.replace(unreleased, `## Unreleased\n\n${heading}`)
}

/** A section with one line more, at the end of its group. */
function addLine(section: string, { id, group, line }: Entry): string {
  const blocks = section.split(/\n+(?=### )/).filter((block) => block !== '')
  const titleOf = (block: string) => /^### (.+)/.exec(block)?.[1]?.trim()
  const added = `- ${line} (${id.slice(0, 7)})`
  const at = blocks.findIndex((block) => titleOf(block) === group)
  if (at !== -1) return blocks.with(at, `${blocks[at]?.trimEnd()}\n${added}`).join('\n\n')
  const later = blocks.findIndex(
    (block) => order.indexOf(titleOf(block) ?? '') > order.indexOf(group),
  )
  const place = later === -1 ? blocks.length : later
  return blocks.toSpliced(place, 0, `### ${group}\n\n${added}`).join('\n\n')
}
