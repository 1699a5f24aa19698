import type { RepositoryState } from './resources/repositories.ts'
import type { Permission, TokenState } from './tokens.ts'
import type { World } from './world.ts'

/** One request, recognised and judged. */
export interface Call {
  readonly world: World
  /** The repository of the path; its absence has already been answered. */
  readonly repository: RepositoryState
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly token: TokenState
  /** Base address, for the URLs within answers. */
  readonly apiUrl: string
}

export interface Reply {
  readonly status: number
  /** Absent for an answer without a body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One operation of the API as the fake does it. */
export interface Route {
  /** GitHub's own id, "repos/get": method, path and forms come from its description. */
  readonly operationId: string
  readonly permission: Permission
  answer(call: Call): Reply
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

/** An error in GitHub's common form. */
export function refuse(status: number, message: string): Reply {
  const url = 'https://docs.github.com/rest'
  return { status, body: { message, documentation_url: url, status: String(status) } }
}

export function notFound(): Reply {
  return refuse(404, 'Not Found')
}
