import type { Reading, Repository } from '../ports.ts'
import { fileSchema, membershipSchema, permissionSchema } from './answers.ts'
import type { Sender } from './create-sender.ts'
import type { Place } from './place.ts'

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
    async readFile(path) {
      const reading = await sender.read({
        route: 'GET /repos/{owner}/{repo}/contents/{path}',
        permission: 'contents: read',
        parameters: { ...place, path },
        schema: fileSchema,
      })
      if (reading.kind !== 'found') return reading
      return reading.value === undefined ? noFile : { kind: 'found', value: reading.value }
    },
  }
}

const noFile: Reading<never> = {
  kind: 'failed',
  problem: 'it is no file of text of at most 1 MB, expected one',
  hint: 'Put a file of text there, on the default branch.',
}
