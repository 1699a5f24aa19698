import type { World } from './world.ts'

/** The permissions that routes ask for, in GitHub's words. */
export type PermissionName =
  | 'metadata'
  | 'actions'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'members'

/** What a route needs. */
export interface Permission {
  readonly name: PermissionName
  readonly level: 'read' | 'write'
}

export interface TokenState {
  readonly permissions: Readonly<Partial<Record<PermissionName, 'read' | 'write'>>>
}

/** A token with these permissions and, as every token of GitHub, `metadata: read`. */
export function seedToken(world: World, permissions: TokenState['permissions']): string {
  const token = `ghs_${'fake'.repeat(8)}${world.nextId()}`
  world.tokens.set(token, { permissions: { metadata: 'read', ...permissions } })
  return token
}

/** Whether a token may do what a route needs. */
export function isPermitted(token: TokenState, { name, level }: Permission): boolean {
  const granted = token.permissions[name]
  return granted === 'write' || granted === level
}
