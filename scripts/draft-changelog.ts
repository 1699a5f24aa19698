import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addEntries, listUntold } from './release/draft-section.ts'
import { readCommits } from './release/read-commits.ts'
import { readSection } from './release/read-release.ts'
import { tellCommit } from './release/tell-commit.ts'

/**
 * Drafts the changelog's section of a version from the commits since the last release, in the repository that it is started
 * in. What stands there already stays; run again, it adds what has come since.
 *
 * `node scripts/draft-changelog.ts --version 1.2.3`, and with `--check` only says whether the section tells of every commit
 * that must be told. It counts as told where its id is in the section, so lines may be worded anew and put together.
 */
try {
  const { values } = parseArgs({
    options: { version: { type: 'string' }, check: { type: 'boolean', default: false } },
  })
  const { version } = values
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`Cannot draft: the version is "${version ?? ''}", expected one such as "1.2.3"`)
  }
  if (values.check) check(version)
  else draft(version, new Date().toISOString().slice(0, 10))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function draft(version: string, date: string): void {
  const { since, top, stories, strange } = look()
  const path = join(top, 'CHANGELOG.md')
  const { changelog, added } = addEntries(readFileSync(path, 'utf8'), { version, date }, stories)
  writeFileSync(path, changelog)
  console.log(`Lines added to CHANGELOG.md for commits ${since}: ${added}. Word them for a reader.`)
  for (const { id, subject } of strange) {
    console.log(`! ${id.slice(0, 7)} is no conventional commit, so it is not told: ${subject}`)
  }
}

function check(version: string): void {
  const { since, top, stories } = look()
  const section = readSection(readFileSync(join(top, 'CHANGELOG.md'), 'utf8'), version)
  if (section === undefined) {
    throw new Error(
      `Cannot release: CHANGELOG.md has no such section, expected a heading "## ${version} - <date>"`,
    )
  }
  const untold = listUntold(section, stories)
  if (untold.length > 0) {
    const lines = untold.map(({ id, line }) => `- ${line} (${id.slice(0, 7)})`)
    throw new Error(
      [
        `Cannot release: the section of CHANGELOG.md lacks commits (${untold.length}), expected the id of each`,
        ...lines,
        `Add them with "node scripts/draft-changelog.ts --version ${version}"`,
      ].join('\n'),
    )
  }
  console.log(`CHANGELOG.md tells of every commit ${since} that must be told`)
}

/** The commits since the last release: those that have a story, and those whose kind nobody knows. */
function look() {
  const { top, lastTag, commits } = readCommits(process.cwd())
  const told = commits.map((commit) => ({ ...commit, ...tellCommit(commit.message) }))
  return {
    top,
    since: lastTag === undefined ? 'since the beginning' : `since ${lastTag}`,
    stories: told.filter((commit) => commit.kind === 'story'),
    // Before the first release the subjects were others, and their changes are told by hand.
    strange: lastTag === undefined ? [] : told.filter((commit) => commit.kind === 'strange'),
  }
}
