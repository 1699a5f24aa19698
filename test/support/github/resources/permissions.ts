import { notFound, ok, type Route, refuse } from '../route.ts'
import type { RepositoryState } from './repositories.ts'
import { presentUser, type UserState } from './users.ts'

/** The roles that every repository has, weakest first. */
const builtIn = ['read', 'triage', 'write', 'maintain', 'admin'] as const

/** A person's role: one of GitHub's own, or the name of a custom one and what it builds on. */
export interface RoleState {
  readonly name: string
  readonly base: (typeof builtIn)[number]
}

/** Gives a person a role; `base` makes it a custom one. */
export function seedRole(
  repository: RepositoryState,
  user: UserState,
  name: string,
  base = builtIn.find((role) => role === name),
): void {
  if (base === undefined)
    throw new Error(`Role "${name}" is none of GitHub's: say what it builds on`)
  repository.roles.set(user.id, { name, base })
}

/** The field `permission`, which knows neither triage nor maintain. */
const legacy = {
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
} as const

export const permissionRoutes: readonly Route[] = [
  {
    operationId: 'repos/get-collaborator-permission-level',
    permission: { name: 'metadata', level: 'read' },
    answer({ world, repository, parameters, apiUrl }) {
      const login = parameters['username'] ?? ''
      const user = world.users.get(login.toLowerCase())
      if (user === undefined) return notFound()
      if (user.type !== 'User') return refuse(404, `${login} is not a user`)
      const role = repository.roles.get(user.id)
      const other = repository.isPrivate ? 'none' : 'read'
      const rank = role === undefined ? (repository.isPrivate ? -1 : 0) : builtIn.indexOf(role.base)
      const name = role?.name ?? other
      const flags = { pull: 0, triage: 1, push: 2, maintain: 3, admin: 4 }
      return ok({
        permission: role === undefined ? other : legacy[role.base],
        role_name: name,
        user: {
          ...presentUser(user, apiUrl),
          permissions: Object.fromEntries(
            Object.entries(flags).map(([flag, least]) => [flag, rank >= least]),
          ),
          role_name: name,
        },
      })
    },
  },
]
