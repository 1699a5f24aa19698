import { spawnSync } from 'node:child_process'

/** One commit, as git has it. */
export interface CommitText {
  /** The whole id. */
  readonly id: string
  readonly subject: string
  readonly message: string
}

/** What has been done since the last release. */
export interface History {
  /** The repository's topmost folder. */
  readonly top: string
  /** "v1.2.3"; absent before the first release. */
  readonly lastTag: string | undefined
  /** Oldest first, without merges. */
  readonly commits: readonly CommitText[]
}

/**
 * The commits since the last release that this one builds on, or all of them.
 *
 * @throws Error where the folder is in no repository, or in one with a part of its history only
 */
export function readCommits(folder: string): History {
  const top = git(folder, ['rev-parse', '--show-toplevel']).trim()
  if (git(top, ['rev-parse', '--is-shallow-repository']).trim() === 'true') {
    throw new Error(
      'Cannot read the commits: this checkout has a part of the history, expected all of it (git fetch --unshallow --tags)',
    )
  }
  // "v1" moves and is no release. The nearest is the last of the line: a fix of an older version has tags of its own.
  const tags = git(top, ['tag', '--merged', 'HEAD', '--list', 'v*.*.*', '--sort=-v:refname'])
  const lastTag = tags.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag))
  const range = lastTag === undefined ? 'HEAD' : `${lastTag}..HEAD`
  const log = git(top, ['log', '--reverse', '--no-merges', '-z', '--format=%H%n%B', range])
  const commits = log
    .split('\0')
    .filter((text) => text.trim() !== '')
    .map((text): CommitText => {
      const [id = '', subject = '', ...body] = text.split('\n')
      return { id, subject, message: [subject, ...body].join('\n') }
    })
  return { top, lastTag, commits }
}

function git(folder: string, words: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('git', [...words], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: logBytesMax,
  })
  if (error !== undefined) throw error
  if (status === 0) return stdout
  throw new Error(`Cannot read the commits: git said "${stderr.trim()}", expected an answer`)
}

/** Of the messages of one release. */
const logBytesMax = 64 * 1024 * 1024
