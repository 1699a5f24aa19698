import type { Repository } from '../ports.ts'
import { fileSchema, membershipSchema, permissionSchema } from './answers.ts'
import type { Place } from './connect-repository.ts'
import type { Sender } from './create-sender.ts'

/** Who may do what: roles, teams, and the file that says more. */
export function connectPeople(
  sender: Sender,
  place: Place,
): Pick<Repository, 'readPermission' | 'readMembership' | 'readFile'> {
  return {
    readPermission: (username) =>
      sender.read({
        route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
        permission: 'metadata: read',
        parameters: { ...place, username },
        schema: permissionSchema,
      }),
    async readMembership(teamSlug, username) {
      const reading = await sender.read({
        route: 'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
        permission: 'members: read',
        parameters: { org: place.owner, team_slug: teamSlug, username },
        schema: membershipSchema,
      })
      return reading.kind === 'missing' ? { kind: 'found', value: false } : reading
    },
    readFile: (path) =>
      sender.read({
        route: 'GET /repos/{owner}/{repo}/contents/{path}',
        permission: 'contents: read',
        parameters: { ...place, path },
        schema: fileSchema,
      }),
  }
}
