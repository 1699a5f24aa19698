import type { Happening } from './happening.ts'
import type { AppState, InstallationState } from './resources/apps.ts'
import type { CommentState } from './resources/comments.ts'
import type { EnvironmentState } from './resources/environments.ts'
import type { IssueState } from './resources/issues.ts'
import type { RoleState } from './resources/permissions.ts'
import type { RepositoryState } from './resources/repositories.ts'
import type { RunState } from './resources/runs.ts'
import type { TeamState } from './resources/teams.ts'
import type { UserState } from './resources/users.ts'
import type { WorkflowState } from './resources/workflows.ts'
import type { TokenState } from './tokens.ts'

/** Everything that the fake knows. Tests seed and change it; routes read and write it. */
export interface World {
  /** By login in lower case. */
  readonly users: Map<string, UserState>
  /** By "owner/name" in lower case. */
  readonly repositories: Map<string, RepositoryState>
  readonly tokens: Map<string, TokenState>
  /** By slug. */
  readonly apps: Map<string, AppState>
  readonly installations: Map<number, InstallationState>
  /** By "organization/slug" in lower case. */
  readonly teams: Map<string, TeamState>
  /** By the code that a manifest was given; each works once. */
  readonly manifestCodes: Map<string, AppState>
  /** Ids are unique over all kinds, so that a mix-up of two kinds cannot go unnoticed. */
  nextId(): number
  now(): Date
  /** Called with everything that happens, at once. */
  readonly listeners: Set<(happening: Happening) => void>
}

/** What belongs to one repository; a resource keeps its state here. */
export interface RepositoryContents {
  /** By name in lower case, as GitHub compares them. */
  readonly environments: Map<string, EnvironmentState>
  readonly runs: Map<number, RunState>
  /** By file name. */
  readonly workflows: Map<string, WorkflowState>
  /** By number. */
  readonly issues: Map<number, IssueState>
  readonly comments: Map<number, CommentState>
  /** Text by path, on the default branch. */
  readonly files: Map<string, string>
  /** What `vars` and `secrets` hold for every job. */
  variables: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
  /** Roles by the id of the user; who is not here reads, where the repository is public. */
  readonly roles: Map<number, RoleState>
}

/** A world without anything in it. */
export function createWorld(now: () => Date = () => new Date()): World {
  let lastId = 1_000
  return {
    users: new Map(),
    repositories: new Map(),
    tokens: new Map(),
    apps: new Map(),
    installations: new Map(),
    teams: new Map(),
    manifestCodes: new Map(),
    nextId() {
      lastId += 1
      return lastId
    },
    now,
    listeners: new Set(),
  }
}

/** Tells everybody who listens. */
export function emit(world: World, happening: Happening): void {
  for (const listener of world.listeners) listener(happening)
}

/** The instant at which everything that was there before the test began was made. */
export const worldInstant = '2026-11-22T03:00:00Z'

/** An instant as GitHub writes it: whole seconds. */
export function presentInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`
}
