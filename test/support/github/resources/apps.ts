import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Permissions } from '../tokens.ts'
import { type World, worldInstant } from '../world.ts'
import type { RepositoryState } from './repositories.ts'
import { presentUser, seedUser, type UserState } from './users.ts'

/** A GitHub App. */
export interface AppState {
  readonly id: number
  readonly slug: string
  readonly clientId: string
  readonly clientSecret: string
  readonly owner: UserState
  /** The account that it writes as: `<slug>[bot]`. */
  readonly user: UserState
  /** In the form in which GitHub hands it out: PKCS #1. */
  readonly privateKey: string
  readonly publicKey: KeyObject
  readonly webhookSecret: string
  permissions: Permissions
  events: readonly string[]
}

/** An App on an account. */
export interface InstallationState {
  readonly id: number
  readonly app: AppState
  readonly account: UserState
  readonly repositories: readonly RepositoryState[]
  permissions: Permissions
}

const keyPairs: { readonly privateKey: string; readonly publicKey: KeyObject }[] = []

/** The key pair of the nth App of a world. Made once a process: it takes a tenth of a second. */
function keyPairOf(index: number) {
  const known = keyPairs[index]
  if (known !== undefined) return known
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = String(privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const pair = { privateKey: pem, publicKey }
  keyPairs[index] = pair
  return pair
}

/** The permissions and events that the bot's documentation asks for. */
export const botPermissions = {
  metadata: 'read',
  actions: 'write',
  issues: 'write',
  contents: 'read',
  members: 'read',
  deployments: 'read',
} as const satisfies Permissions

export const botEvents = [
  'issue_comment',
  'workflow_run',
  'workflow_job',
  'deployment_review',
  'deployment_status',
]

/** An App; one that is already there is returned as it is. */
export function seedApp(
  world: World,
  slug: string,
  options: {
    readonly owner?: string
    readonly permissions?: Permissions
    readonly events?: readonly string[]
  } = {},
): AppState {
  const known = world.apps.get(slug)
  if (known !== undefined) return known
  const id = world.nextId()
  const app: AppState = {
    ...keyPairOf(world.apps.size),
    id,
    slug,
    clientId: `Iv1.fake${id}`,
    clientSecret: `client-${'fake'.repeat(8)}-${id}`,
    owner: seedUser(world, options.owner ?? 'acme', 'Organization'),
    user: seedUser(world, `${slug}[bot]`),
    webhookSecret: `webhook-${'fake'.repeat(8)}-${id}`,
    permissions: options.permissions ?? botPermissions,
    events: options.events ?? botEvents,
  }
  world.apps.set(slug, app)
  return app
}

/** The App behind every `GITHUB_TOKEN`. */
export function seedActionsApp(world: World): AppState {
  return seedApp(world, 'github-actions', { owner: 'github', permissions: {}, events: [] })
}

/** Puts an App on the account of these repositories, with all that it asks for. */
export function installApp(
  world: World,
  app: AppState,
  repositories: readonly [RepositoryState, ...RepositoryState[]],
  permissions: Permissions = app.permissions,
): InstallationState {
  const [{ owner }] = repositories
  const id = world.nextId()
  const installation = { id, app, account: owner, repositories, permissions }
  world.installations.set(id, installation)
  return installation
}

/** The installation of an App that reaches a repository. */
export function findInstallation(
  world: World,
  app: AppState,
  repository: RepositoryState,
): InstallationState | undefined {
  return [...world.installations.values()].find(
    (installation) => installation.app === app && installation.repositories.includes(repository),
  )
}

/** GitHub's "integration". */
export function presentApp(app: AppState, apiUrl: string): object {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: `A_${app.id}`,
    owner: presentUser(app.owner, apiUrl),
    name: app.slug,
    description: '',
    external_url: 'https://strongroom.example',
    html_url: `https://github.example/apps/${app.slug}`,
    created_at: worldInstant,
    updated_at: worldInstant,
    permissions: app.permissions,
    events: app.events,
  }
}
