/** What a release is made from. */
export interface Release {
  /** "v1.2.3". */
  readonly tag: string
  /** "v1": the tag that moves. None below 1.0.0, where every minor version may break. */
  readonly movingTag: string | undefined
  /** Markdown of the version's section in the changelog, without its heading. */
  readonly notes: string
}

const versionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

/**
 * The release of a version, from the files of the commit that it is made of.
 *
 * @param wanted "1.2.3", as a person typed it
 * @param files texts of `package.json` and `CHANGELOG.md`
 * @throws Error where the files do not agree that this commit is that version
 */
export function readRelease(
  wanted: string,
  files: { readonly manifest: string; readonly changelog: string },
): Release {
  const [, major] = versionPattern.exec(wanted) ?? []
  if (major === undefined) throw refuse(`the version is "${wanted}"`, 'one such as "1.2.3"')
  const { version }: { version?: unknown } = JSON.parse(files.manifest)
  if (version !== wanted) {
    throw refuse(`package.json has version "${String(version)}"`, `"${wanted}"`)
  }
  const notes = readSection(files.changelog, wanted)
  if (notes === undefined) {
    throw refuse('CHANGELOG.md has no such section', `a heading "## ${wanted} - <date>"`)
  }
  if (notes === '') throw refuse('its section of CHANGELOG.md is empty', 'what has changed')
  return { tag: `v${wanted}`, movingTag: major === '0' ? undefined : `v${major}`, notes }
}

/** The text below "## <version> - <yyyy-mm-dd>", up to the next heading of that level. */
export function readSection(changelog: string, version: string): string | undefined {
  const lines = changelog.split(/\r?\n/)
  const place = findSection(lines, version)
  return place && lines.slice(place.start, place.end).join('\n').trim()
}

/** Where a version's section stands: its first line below the heading, and the next heading or the end. */
export function findSection(
  lines: readonly string[],
  version: string,
): { readonly start: number; readonly end: number } | undefined {
  const heading = lines.findIndex(
    (line) =>
      line.startsWith(`## ${version} - `) && /^\d{4}-\d\d-\d\d$/.test(line.split(' - ')[1] ?? ''),
  )
  if (heading === -1) return undefined
  const next = lines.findIndex((line, index) => index > heading && line.startsWith('## '))
  return { start: heading + 1, end: next === -1 ? lines.length : next }
}

function refuse(found: string, expected: string): Error {
  return new Error(`Cannot release: ${found}, expected ${expected}`)
}
