import { asObject, exampleOf } from '../github-description.ts'
import { ok, type Route } from '../route.ts'
import type { RepositoryContents, World } from '../world.ts'
import { presentUser, seedUser, type UserState } from './users.ts'

export interface RepositoryState extends RepositoryContents {
  readonly id: number
  readonly owner: UserState
  readonly name: string
  readonly fullName: string
  defaultBranch: string
  isPrivate: boolean
}

/** A repository "owner/name", public, with the default branch `main`. */
export function seedRepository(
  world: World,
  fullName: string,
  options: { readonly defaultBranch?: string; readonly isPrivate?: boolean } = {},
): RepositoryState {
  const [owner = '', name = ''] = fullName.split('/')
  const repository: RepositoryState = {
    id: world.nextId(),
    owner: seedUser(world, owner, 'Organization'),
    name,
    fullName,
    defaultBranch: options.defaultBranch ?? 'main',
    isPrivate: options.isPrivate ?? false,
    environments: new Map(),
    runs: new Map(),
    workflows: new Map(),
    issues: new Map(),
    comments: new Map(),
    files: new Map(),
    roles: new Map(),
    variables: {},
    secrets: {},
  }
  world.repositories.set(fullName.toLowerCase(), repository)
  return repository
}

/** GitHub's "minimal repository", as it stands within other answers. */
export function presentRepository(repository: RepositoryState, apiUrl: string): object {
  const example = asObject(exampleOf('actions/get-workflow-run')['repository'])
  return { ...example, ...factsOf(repository, apiUrl) }
}

/** What every form of a repository says of it. */
export function factsOf(repository: RepositoryState, apiUrl: string): object {
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: repository.fullName,
    owner: presentUser(repository.owner, apiUrl),
    private: repository.isPrivate,
    url: `${apiUrl}/repos/${repository.fullName}`,
    html_url: `https://github.example/${repository.fullName}`,
  }
}

/** GitHub's "full repository", which webhooks tell too. */
export function presentFullRepository(repository: RepositoryState, apiUrl: string): object {
  // Other repositories that GitHub's example speaks of are none of this world.
  const { parent, source, template_repository, organization, ...example } = exampleOf('repos/get')
  return {
    ...example,
    ...factsOf(repository, apiUrl),
    visibility: repository.isPrivate ? 'private' : 'public',
    default_branch: repository.defaultBranch,
    // Required by GitHub's description, and missing in its example.
    language: null,
  }
}

export const repositoryRoutes: readonly Route[] = [
  {
    operationId: 'repos/get',
    permission: { name: 'metadata', level: 'read' },
    answer: ({ repository, apiUrl }) => ok(presentFullRepository(repository, apiUrl)),
  },
]
