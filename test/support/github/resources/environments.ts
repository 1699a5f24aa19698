import { asObject } from '../github-description.ts'
import { type Call, notFound, ok, type Reply, type Route, refuse } from '../route.ts'
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
  /** Patterns of the branches that may deploy, where the policy is a custom one. */
  branchNames: readonly string[]
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
    branchNames: [],
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

/** The environment that a request's path names. */
export function findEnvironment({ repository, parameters }: Call): EnvironmentState | undefined {
  return repository.environments.get((parameters['environment_name'] ?? '').toLowerCase())
}

/** Makes an environment or changes one: what the body does not say is as in a new one, but the bypass, which it cannot say. */
function putEnvironment(call: Call): Reply {
  const { world, repository, parameters, apiUrl } = call
  const body = asObject(call.body)
  const branchPolicy = readBranchPolicy(body['deployment_branch_policy'])
  if (branchPolicy === undefined) return refuse(422, 'Invalid deployment branch policy')
  const wanted = Array.isArray(body['reviewers']) ? body['reviewers'].map(asObject) : []
  const reviewers = wanted.flatMap(({ type, id }) => {
    const known = type === 'Team' ? world.teams : world.users
    return [...known.values()].find((candidate) => candidate.id === id) ?? []
  })
  if (reviewers.length < wanted.length) return refuse(422, 'A reviewer does not exist')
  const known = findEnvironment(call)
  const environment = seedEnvironment(
    world,
    repository,
    known?.name ?? parameters['environment_name'] ?? '',
    {
      ...known,
      reviewers: wanted.length === 0 ? undefined : reviewers,
      preventsSelfReview: body['prevent_self_review'] === true,
      branchPolicy,
      branchNames: branchPolicy === 'custom' ? (known?.branchNames ?? []) : [],
      waitMinutes: Number(body['wait_timer'] ?? 0),
    },
  )
  return ok(presentEnvironment(environment, repository, apiUrl))
}

/** Nothing where both kinds of policy are wanted, or neither, which GitHub refuses. */
function readBranchPolicy(value: unknown): EnvironmentState['branchPolicy'] | undefined {
  if (value === undefined || value === null) return 'none'
  const { protected_branches: isProtected, custom_branch_policies: isCustom } = asObject(value)
  if (isProtected === isCustom) return undefined
  return isCustom === true ? 'custom' : 'protected'
}

function addBranch(call: Call): Reply {
  const environment = findEnvironment(call)
  if (environment?.branchPolicy !== 'custom') return notFound()
  const { name, type = 'branch' } = asObject(call.body)
  if (environment.branchNames.includes(String(name))) return { status: 303 }
  environment.branchNames = [...environment.branchNames, String(name)]
  const id = call.world.nextId()
  return ok({ id, node_id: `GBP_${id}`, name, type })
}

export const environmentRoutes: readonly Route[] = [
  {
    operationId: 'repos/get-environment',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const environment = findEnvironment(call)
      return environment === undefined
        ? notFound()
        : ok(presentEnvironment(environment, call.repository, call.apiUrl))
    },
  },
  {
    operationId: 'repos/create-or-update-environment',
    permission: { name: 'administration', level: 'write' },
    answer: putEnvironment,
  },
  {
    operationId: 'repos/create-deployment-branch-policy',
    permission: { name: 'administration', level: 'write' },
    answer: addBranch,
  },
]
