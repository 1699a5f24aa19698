import type { AppState, InstallationState } from './resources/apps.ts'
import { seedActionsApp } from './resources/apps.ts'
import type { UserState } from './resources/users.ts'
import type { World } from './world.ts'

/** The permissions that routes ask for, in GitHub's words. */
export type PermissionName =
  | 'metadata'
  | 'actions'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'members'
  | 'administration'
  | 'environments'
  | 'secrets'
  | 'variables'

/** What a route needs. */
export interface Permission {
  readonly name: PermissionName
  readonly level: 'read' | 'write'
}

/** Permissions by name, of a token, an App or an installation. */
export type Permissions = Readonly<Partial<Record<PermissionName, 'read' | 'write'>>>

export interface TokenState {
  readonly permissions: Permissions
  /** Who speaks through it: `<slug>[bot]` of an App, or a person. */
  readonly user: UserState
  /** The App that speaks, or that relays the person's words. */
  readonly app?: AppState | undefined
  /** Of an installation: the repositories that it reaches are the token's. */
  readonly installation?: InstallationState | undefined
  /** Ids; absent: every one. */
  readonly repositoryIds?: ReadonlySet<number> | undefined
  readonly expiresAt?: Date | undefined
}

/** A token with these permissions and, as every token of GitHub, `metadata: read`; a `GITHUB_TOKEN` unless told otherwise. */
export function seedToken(
  world: World,
  permissions: Permissions,
  holder: Partial<Omit<TokenState, 'permissions'>> = {},
): string {
  const token = `ghs_${'fake'.repeat(8)}${world.nextId()}`
  const app = holder.user === undefined ? (holder.app ?? seedActionsApp(world)) : holder.app
  const user = holder.user ?? app?.user
  if (user === undefined) throw new Error('A token needs a holder')
  world.tokens.set(token, {
    ...holder,
    user,
    app,
    permissions: { metadata: 'read', ...permissions },
  })
  return token
}

/** Whether a token may do what a route needs. */
export function isPermitted(token: TokenState, { name, level }: Permission): boolean {
  const granted = token.permissions[name]
  return granted === 'write' || granted === level
}
