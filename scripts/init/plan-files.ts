/** A file that a repository is to have. */
export interface WantedFile {
  /** Below the repository. */
  readonly path: string
  readonly text: string
}

/** What happens to one file. `differs`: something else is there, and stays. */
export interface FilePlan extends WantedFile {
  readonly state: 'new' | 'present' | 'differs'
}

/** How the examples name this Action; see examples/README.md. */
export const placeholder = 'your-org/strongroom'
const placeholderVersion = 'v0.1.0'

/** Where this Action lives, as `uses:` names it. */
export interface Pin {
  /** "owner/name". */
  readonly repository: string
  /** Full id of the commit. */
  readonly commit: string
  /** The release that the commit is, "v1.2.3", for people. */
  readonly version?: string | undefined
}

/**
 * An example as it stands in a repository: with the Action's true place instead of the placeholder, and without the line
 * that speaks of it.
 *
 * @param pin absent where it is not known: then the placeholder stays, and its line too
 */
export function fillExample(text: string, pin: Pin | undefined): string {
  if (pin === undefined) return text
  const { repository, commit, version } = pin
  const note = version === undefined ? '' : ` # ${version}`
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('#')) return dropNote(line)
      const [, before, path = ''] =
        new RegExp(`^(.*uses: )${placeholder}(/[\\w/-]+)?@${placeholderVersion}\\s*$`).exec(line) ??
        []
      return [before === undefined ? line : `${before}${repository}${path}@${commit}${note}`]
    })
    .join('\n')
}

/** The sentence about the placeholder, and its line where nothing else is on it. */
function dropNote(line: string): readonly string[] {
  const kept = line.replace(
    new RegExp(
      `\\s*${placeholder}(?:/\\w+)?@${placeholderVersion} is a placeholder: examples/README\\.md\\.?`,
    ),
    '',
  )
  return kept.trim() === '#' && kept !== line ? [] : [kept]
}

/**
 * What is to be done so that a repository has all of these files. Nothing is ever overwritten.
 *
 * @param read text of a file of the repository; nothing where there is none
 */
export function planFiles(
  wanted: readonly WantedFile[],
  read: (path: string) => string | undefined,
): readonly FilePlan[] {
  return wanted.map((file) => {
    const present = read(file.path)
    if (present === undefined) return { ...file, state: 'new' }
    return { ...file, state: present === file.text ? 'present' : 'differs' }
  })
}
