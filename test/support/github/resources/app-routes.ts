import { randomBytes } from 'node:crypto'
import { asObject, exampleOf } from '../github-description.ts'
import { type AppCall, notFound, ok, type Reply, type Route, refuse } from '../route.ts'
import type { Permissions } from '../tokens.ts'
import { presentInstant, type World, worldInstant } from '../world.ts'
import { type AppState, findInstallation, type InstallationState, presentApp } from './apps.ts'
import { factsOf } from './repositories.ts'
import { presentUser } from './users.ts'

const tokenLifeMs = 3_600_000

/** The code that GitHub sends a browser back with, once somebody made this App from a manifest. */
export function seedManifestCode(world: World, app: AppState): string {
  const code = `code${world.nextId()}`
  world.manifestCodes.set(code, app)
  return code
}

function presentInstallation(installation: InstallationState, apiUrl: string): object {
  const { id, app, account } = installation
  return {
    id,
    account: presentUser(account, apiUrl),
    repository_selection: 'selected',
    access_tokens_url: `${apiUrl}/app/installations/${id}/access_tokens`,
    repositories_url: `${apiUrl}/installation/repositories`,
    html_url: `https://github.example/organizations/${account.login}/settings/installations/${id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: app.events,
    created_at: worldInstant,
    updated_at: worldInstant,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_at: null,
    suspended_by: null,
  }
}

/** A new token of an installation, for what is asked of it: no more than the installation may do. */
function createToken({ world, app, parameters, body, apiUrl }: AppCall): Reply {
  const installation = world.installations.get(Number(parameters['installation_id']))
  if (installation?.app !== app) return notFound()
  const asked = asObject(body)
  const permissions = asObject(asked['permissions'] ?? installation.permissions) as Permissions
  const isWithin = Object.entries(permissions).every(([name, level]) => {
    const granted = asObject(installation.permissions)[name]
    return granted === 'write' || granted === level
  })
  if (!isWithin) {
    return refuse(422, 'The permissions requested are not granted to this installation.')
  }
  const { repositories: names, repository_ids: ids } = asked
  const isNarrowed = Array.isArray(names) || Array.isArray(ids)
  const reached = installation.repositories.filter(
    ({ id, name }) =>
      !isNarrowed ||
      (Array.isArray(names) && names.includes(name)) ||
      (Array.isArray(ids) && ids.includes(id)),
  )
  if (reached.length < [names, ids].flatMap((list) => list ?? []).length) {
    return refuse(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  }
  const token = `ghs_${randomBytes(18).toString('hex')}`
  const expiresAt = new Date(world.now().getTime() + tokenLifeMs)
  world.tokens.set(token, {
    permissions: { metadata: 'read', ...permissions },
    user: app.user,
    app,
    installation,
    repositoryIds: new Set(reached.map(({ id }) => id)),
    expiresAt,
  })
  const [example] = [exampleOf('apps/create-installation-access-token', 201)['repositories']].flat()
  return {
    status: 201,
    body: {
      token,
      expires_at: presentInstant(expiresAt),
      permissions,
      repository_selection: 'selected',
      ...(isNarrowed && {
        repositories: reached.map((repository) => ({
          ...asObject(example),
          ...factsOf(repository, apiUrl),
        })),
      }),
    },
  }
}

export const appRoutes: readonly Route[] = [
  {
    operationId: 'apps/get-authenticated',
    scope: 'app',
    answer: ({ world, app, apiUrl }) =>
      ok({
        ...presentApp(app, apiUrl),
        installations_count: [...world.installations.values()].filter((one) => one.app === app)
          .length,
      }),
  },
  {
    operationId: 'apps/list-installations',
    scope: 'app',
    answer: ({ world, app, apiUrl }) =>
      ok(
        [...world.installations.values()]
          .filter((installation) => installation.app === app)
          .map((installation) => presentInstallation(installation, apiUrl)),
      ),
  },
  {
    operationId: 'apps/get-repo-installation',
    scope: 'app',
    answer({ world, app, parameters, apiUrl }) {
      const { owner, repo } = parameters
      const repository = world.repositories.get(`${owner}/${repo}`.toLowerCase())
      const found = repository && findInstallation(world, app, repository)
      return found === undefined ? notFound() : ok(presentInstallation(found, apiUrl))
    },
  },
  {
    operationId: 'apps/create-installation-access-token',
    scope: 'app',
    answer: createToken,
  },
  {
    operationId: 'apps/create-from-manifest',
    scope: 'open',
    answer({ world, parameters, apiUrl }) {
      const code = parameters['code'] ?? ''
      const app = world.manifestCodes.get(code)
      if (app === undefined) return notFound()
      world.manifestCodes.delete(code)
      return {
        status: 201,
        body: {
          ...presentApp(app, apiUrl),
          client_secret: app.clientSecret,
          webhook_secret: app.webhookSecret,
          pem: app.privateKey,
        },
      }
    },
  },
]
