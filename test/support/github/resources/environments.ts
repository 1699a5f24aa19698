import { notFound, ok, type Route } from '../route.ts'
import { type World, worldInstant } from '../world.ts'
import type { RepositoryState } from './repositories.ts'
import type { TeamState } from './teams.ts'
import { presentUser, type UserState } from './users.ts'

export interface EnvironmentState {
  readonly id: number
  readonly name: string
  /** Absent: no rule about reviewers. */
  reviewers?: readonly (UserState | TeamState)[] | undefined
  preventsSelfReview: boolean
  /** Absent: the answer does not say, as on older servers. */
  canAdminsBypass?: boolean | undefined
  branchPolicy: 'none' | 'protected' | 'custom'
  waitMinutes: number
  /** What `vars` and `secrets` hold for its jobs, before those of the repository. */
  variables: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
}

/** An environment, without any rule unless told otherwise: as GitHub creates it. */
export function seedEnvironment(
  world: World,
  repository: RepositoryState,
  name: string,
  rules: Partial<Omit<EnvironmentState, 'id' | 'name'>> = {},
): EnvironmentState {
  const environment: EnvironmentState = {
    id: world.nextId(),
    name,
    preventsSelfReview: false,
    canAdminsBypass: true,
    branchPolicy: 'none',
    waitMinutes: 0,
    variables: {},
    secrets: {},
    ...rules,
  }
  repository.environments.set(name.toLowerCase(), environment)
  return environment
}

/** The fields of an environment that approvals repeat. */
export function presentEnvironmentHead(
  { id, name }: EnvironmentState,
  repository: RepositoryState,
  apiUrl: string,
): object {
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url: `${apiUrl}/repos/${repository.fullName}/environments/${encodeURIComponent(name)}`,
    html_url: `https://github.example/${repository.fullName}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: worldInstant,
    updated_at: worldInstant,
  }
}

function presentEnvironment(
  environment: EnvironmentState,
  repository: RepositoryState,
  apiUrl: string,
): object {
  const { id, reviewers, branchPolicy, waitMinutes, canAdminsBypass } = environment
  const rule = (type: string, number: number) => ({ id: id * 10 + number, node_id: 'GA_x', type })
  return {
    ...presentEnvironmentHead(environment, repository, apiUrl),
    ...(canAdminsBypass === undefined ? {} : { can_admins_bypass: canAdminsBypass }),
    protection_rules: [
      ...(waitMinutes === 0 ? [] : [{ ...rule('wait_timer', 1), wait_timer: waitMinutes }]),
      ...(reviewers === undefined
        ? []
        : [
            {
              ...rule('required_reviewers', 2),
              prevent_self_review: environment.preventsSelfReview,
              reviewers: reviewers.map((reviewer) => presentReviewer(reviewer, apiUrl)),
            },
          ]),
      ...(branchPolicy === 'none' ? [] : [rule('branch_policy', 3)]),
    ],
    deployment_branch_policy:
      branchPolicy === 'none'
        ? null
        : {
            protected_branches: branchPolicy === 'protected',
            custom_branch_policies: branchPolicy === 'custom',
          },
  }
}

/** A reviewer as environments and pending deployments name them. */
export function presentReviewer(reviewer: UserState | TeamState, apiUrl: string): object {
  if ('login' in reviewer) return { type: 'User', reviewer: presentUser(reviewer, apiUrl) }
  const { id, slug } = reviewer
  const url = `${apiUrl}/teams/${id}`
  return {
    type: 'Team',
    reviewer: {
      id,
      node_id: `T_${id}`,
      url,
      html_url: `https://github.example/orgs/acme/teams/${slug}`,
      name: slug,
      slug,
      description: null,
      privacy: 'closed',
      notification_setting: 'notifications_enabled',
      permission: 'pull',
      members_url: `${url}/members{/member}`,
      repositories_url: `${url}/repos`,
      type: 'organization',
      parent: null,
    },
  }
}

export const environmentRoutes: readonly Route[] = [
  {
    operationId: 'repos/get-environment',
    permission: { name: 'actions', level: 'read' },
    answer({ repository, parameters, apiUrl }) {
      const name = parameters['environment_name'] ?? ''
      const environment = repository.environments.get(name.toLowerCase())
      return environment === undefined
        ? notFound()
        : ok(presentEnvironment(environment, repository, apiUrl))
    },
  },
]
