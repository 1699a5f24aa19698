import type { Edition } from './github-description.ts'
import type { AppState } from './resources/apps.ts'
import type { RepositoryState } from './resources/repositories.ts'
import type { Permission, TokenState } from './tokens.ts'
import type { World } from './world.ts'

/** One request, recognised and judged; nobody has been asked for yet. */
export interface OpenCall {
  readonly world: World
  readonly edition: Edition
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  /** Base address, for the URLs within answers. */
  readonly apiUrl: string
  /** The whole address without its query, for the links to further pages. */
  readonly address: string
}

/** One request of an App itself, signed with its key. */
export interface AppCall extends OpenCall {
  readonly app: AppState
}

/** One request with a token. */
export interface TokenCall extends OpenCall {
  readonly token: TokenState
}

/** One request with a token that reaches the repository of the path. */
export interface Call extends TokenCall {
  readonly repository: RepositoryState
}

export interface Reply {
  readonly status: number
  /** Absent for an answer without a body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One operation of the API as the fake does it. */
export type Route = {
  /** GitHub's own id, "repos/get": method, path and forms come from its description. */
  readonly operationId: string
} & (
  | {
      readonly scope?: 'repository'
      readonly permission: Permission
      answer(call: Call): Reply
    }
  | {
      readonly scope: 'organization'
      readonly permission: Permission
      answer(call: TokenCall): Reply
    }
  | { readonly scope: 'app'; answer(call: AppCall): Reply }
  /** Asks for no credential: a code in the path is one. */
  | { readonly scope: 'open'; answer(call: OpenCall): Reply }
)

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

export const noContent: Reply = { status: 204 }

/** An error in GitHub's common form. */
export function refuse(status: number, message: string): Reply {
  const url = 'https://docs.github.com/rest'
  return { status, body: { message, documentation_url: url, status: String(status) } }
}

export function notFound(): Reply {
  return refuse(404, 'Not Found')
}

/** A field of the body that GitHub does not take, in the form in which it says so. */
export function refuseField(resource: string, field: string, message: string): Reply {
  const { body } = refuse(422, 'Validation Failed')
  const errors = [{ resource, field, code: 'custom', message }]
  return { status: 422, body: { ...Object(body), errors } }
}
