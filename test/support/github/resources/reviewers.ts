import type { World } from '../world.ts'
import type { EnvironmentState } from './environments.ts'
import type { RepositoryState } from './repositories.ts'
import type { UserState } from './users.ts'

/** Whether a person may answer for an environment: named there, or an active member of a team that is. */
export function isReviewer(
  world: World,
  { owner }: RepositoryState,
  { reviewers = [] }: EnvironmentState,
  user: UserState,
): boolean {
  return reviewers.some((reviewer) => {
    if ('login' in reviewer) return reviewer.id === user.id
    const team = world.teams.get(`${owner.login}/${reviewer.slug}`.toLowerCase())
    return team?.members?.get(user.login.toLowerCase()) === 'active'
  })
}
