import { exampleOf } from '../github-description.ts'
import { notFound, ok, type Route } from '../route.ts'
import type { World } from '../world.ts'

export interface UserState {
  readonly id: number
  login: string
  readonly type: 'User' | 'Bot' | 'Organization'
}

/** An account; one that is already there is returned as it is. */
export function seedUser(
  world: World,
  login: string,
  type: UserState['type'] = login.endsWith('[bot]') ? 'Bot' : 'User',
): UserState {
  const key = login.toLowerCase()
  const user = world.users.get(key) ?? { id: world.nextId(), login, type }
  world.users.set(key, user)
  return user
}

/** GitHub's "simple user". */
export function presentUser({ id, login, type }: UserState, apiUrl: string): object {
  const url = `${apiUrl}/users/${encodeURIComponent(login)}`
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.example/u/${id}`,
    gravatar_id: '',
    url,
    html_url: `https://github.example/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
    user_view_type: 'public',
  }
}

export const userRoutes: readonly Route[] = [
  {
    operationId: 'users/get-by-username',
    scope: 'organization',
    permission: { name: 'metadata', level: 'read' },
    answer({ world, parameters, apiUrl }) {
      const user = world.users.get((parameters['username'] ?? '').toLowerCase())
      if (user === undefined) return notFound()
      return ok({ ...exampleOf('users/get-by-username'), ...presentUser(user, apiUrl) })
    },
  },
]
