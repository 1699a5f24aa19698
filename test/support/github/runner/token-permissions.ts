import type { PermissionName, Permissions } from '../tokens.ts'

const known: readonly PermissionName[] = [
  'metadata',
  'actions',
  'contents',
  'deployments',
  'issues',
  'members',
]

/** What a `GITHUB_TOKEN` may do: what the file says and nothing else; where it says nothing, read the files. */
export function tokenPermissions(
  asked: Readonly<Record<string, 'read' | 'write' | 'none'>> | undefined,
): Permissions {
  const all = asked ?? { contents: 'read' as const }
  return Object.fromEntries(
    Object.entries(all).filter(
      ([name, level]) => level !== 'none' && known.some((one) => one === name),
    ),
  )
}
