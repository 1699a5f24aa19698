import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A checkout, as git describes it. */
export interface Checkout {
  /** Its topmost folder. */
  readonly folder: string
  /** "owner/name", where a remote names one. */
  readonly repository: string | undefined
  /** Where that is, unless on github.com: "github.example.com". */
  readonly server: string | undefined
  readonly defaultBranch: string
}

/**
 * @throws Error where the folder is in no git repository
 */
export function readCheckout(folder: string): Checkout {
  const top = git(folder, ['rev-parse', '--show-toplevel'])
  if (top === undefined) {
    throw new Error(
      `Cannot write the workflows: ${folder} is in no git repository, expected a checkout of the repository that operates your database`,
    )
  }
  const remote = git(folder, ['config', '--get', 'remote.origin.url'])
  const head = git(folder, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])
  return {
    folder: top,
    repository: remote === undefined ? undefined : readRemote(remote),
    server: remote === undefined ? undefined : readServer(remote),
    defaultBranch: head?.replace(/^origin\//, '') ?? 'main',
  }
}

/** The commit that a checkout stands on, and the release that it is, where it is one. */
export function readCommit(
  folder: string,
): { readonly commit: string; readonly version?: string } | undefined {
  const commit = git(folder, ['rev-parse', 'HEAD'])
  if (commit === undefined) return undefined
  const tags = git(folder, ['tag', '--points-at', 'HEAD', '--list', 'v*.*.*'])
  const [version] = (tags ?? '').split('\n')
  return { commit, ...(version && { version }) }
}

/** "owner/name" of a remote's address by https or ssh. */
export function readRemote(address: string): string | undefined {
  const [, owner, name] = /[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(address) ?? []
  return owner === undefined || name === undefined || !/^(?:https:|ssh:|git@)/.test(address)
    ? undefined
    : `${owner}/${name}`
}

/** The host of a remote's address, unless it is GitHub's own, or a name that only this machine's ssh knows. */
export function readServer(address: string): string | undefined {
  const [, host] =
    /^(?:https:\/\/|ssh:\/\/)?(?:[^@/]*@)?([\w-]+(?:\.[\w-]+)+)[:/]/.exec(address) ?? []
  return host === undefined || /(?:^|\.)github\.com$/i.test(host) ? undefined : host
}

/** What git answers; nothing where it says no. */
function git(folder: string, words: readonly string[]): string | undefined {
  if (!existsSync(folder)) {
    throw new Error(
      `Cannot write the workflows: there is no folder ${folder}, expected a checkout of the repository that operates your database`,
    )
  }
  const { error, status, stdout } = spawnSync('git', [...words], { cwd: folder, encoding: 'utf8' })
  // That git is missing must not look like its no.
  if (error !== undefined) throw error
  return status === 0 ? stdout.trim() || undefined : undefined
}
