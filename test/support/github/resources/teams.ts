import { notFound, ok, type Route } from '../route.ts'
import type { World } from '../world.ts'
import type { UserState } from './users.ts'

/** A team of an organization; also as a reviewer. */
export interface TeamState {
  readonly id: number
  readonly slug: string
  /** By the login in lower case. An invitation that nobody took is `pending`. */
  readonly members?: Map<string, 'active' | 'pending'>
}

/** A team with active members. */
export function seedTeam(
  world: World,
  organization: string,
  slug: string,
  members: readonly UserState[] = [],
): TeamState & { readonly members: Map<string, 'active' | 'pending'> } {
  const team = {
    id: world.nextId(),
    slug,
    members: new Map(members.map(({ login }) => [login.toLowerCase(), 'active'] as const)),
  }
  world.teams.set(`${organization}/${slug}`.toLowerCase(), team)
  return team
}

export const teamRoutes: readonly Route[] = [
  {
    operationId: 'teams/get-membership-for-user-in-org',
    scope: 'organization',
    permission: { name: 'members', level: 'read' },
    answer({ world, parameters, apiUrl }) {
      const { org, team_slug: slug, username = '' } = parameters
      const team = world.teams.get(`${org}/${slug}`.toLowerCase())
      const state = team?.members?.get(username.toLowerCase())
      if (team === undefined || state === undefined) return notFound()
      const url = `${apiUrl}/teams/${team.id}/memberships/${encodeURIComponent(username)}`
      return ok({ url, role: 'member', state })
    },
  },
]
