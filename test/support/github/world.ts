import type { EnvironmentState } from './resources/environments.ts'
import type { RepositoryState } from './resources/repositories.ts'
import type { RunState } from './resources/runs.ts'
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
  /** Ids are unique over all kinds, so that a mix-up of two kinds cannot go unnoticed. */
  nextId(): number
}

/** What belongs to one repository; a resource keeps its state here. */
export interface RepositoryContents {
  /** By name in lower case, as GitHub compares them. */
  readonly environments: Map<string, EnvironmentState>
  readonly runs: Map<number, RunState>
  /** By file name. */
  readonly workflows: Map<string, WorkflowState>
}

/** A world without anything in it. */
export function createWorld(): World {
  let lastId = 1_000
  return {
    users: new Map(),
    repositories: new Map(),
    tokens: new Map(),
    nextId() {
      lastId += 1
      return lastId
    },
  }
}

/** The instant at which everything in the world happened. */
export const worldInstant = '2026-11-22T03:00:00Z'
