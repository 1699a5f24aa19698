import type { Policy } from '../action/domain/policy.ts'
import type { ChatCommand } from '../action/domain/request.ts'
import { type Role, roles } from './commands/command.ts'
import { isLogin } from './placed-card.ts'
import type { Account, Permission, Repository } from './ports.ts'

/** A member, as GitHub named them when they asked. */
export interface Member extends Permission {
  readonly login: string
}

export type Access =
  | { readonly kind: 'member'; readonly member: Member }
  /** Less than triage: gets silence. */
  | { readonly kind: 'stranger' }
  /** GitHub did not say, which admits nobody. */
  | { readonly kind: 'unknown'; readonly problem: string }

/** Whether the author of a comment belongs to the repository. Anything but a clear yes is a no. */
export async function readAccess(
  repository: Pick<Repository, 'readPermission'>,
  author: Account,
): Promise<Access> {
  const reading = await repository.readPermission(author.login)
  if (reading.kind === 'missing') return { kind: 'stranger' }
  if (reading.kind !== 'found') return { kind: 'unknown', problem: reading.problem }
  // The login may have changed hands since the comment was written; the number does not.
  if (reading.value.userId !== author.id) return { kind: 'stranger' }
  const member = { ...reading.value, login: author.login }
  return hasRole(member, 'triage') ? { kind: 'member', member } : { kind: 'stranger' }
}

/**
 * Whether a member's role reaches the one that is needed. A custom role counts by its own name, which
 * is above nothing, and otherwise as the role it builds on; an administrator has every role.
 */
export function hasRole(permission: Permission, needed: string): boolean {
  const own = permission.roleName.toLowerCase()
  const wanted = needed.toLowerCase()
  const rank = rankOf(rankOf(own) < 0 ? permission.base : own)
  if (own === wanted || rank === rankOf('admin')) return true
  return rankOf(wanted) >= 0 && rank >= rankOf(wanted)
}

function rankOf(role: string): number {
  return roles.indexOf(role.toLowerCase() as Role)
}

export type Judgement =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string }

/**
 * Whether a member may give a command: by role, by name, or as an active member of a team; any of the
 * three admits. Teams are asked for last, since each is a call; no answer about a team is a no.
 *
 * @param defaultRole what is needed where the policy names no role
 */
export async function judgeAuthor(
  repository: Pick<Repository, 'readMembership'>,
  member: Member,
  command: { readonly name: ChatCommand; readonly role: Role },
  policy: Policy,
): Promise<Judgement> {
  const rule = policy.commands[command.name]
  const role = rule?.role ?? command.role
  if (hasRole(member, role)) return { kind: 'admitted' }
  const isNamed = rule?.users.some((login) => isLogin(login, member.login))
  if (isNamed === true) return { kind: 'admitted' }
  const teams = rule?.teams ?? []
  const memberships = await Promise.all(
    teams.map((team) => repository.readMembership(team, member.login)),
  )
  if (memberships.some((reading) => reading.kind === 'found' && reading.value)) {
    return { kind: 'admitted' }
  }
  const isUnsure = memberships.some(({ kind }) => kind === 'failed' || kind === 'denied')
  return {
    kind: 'refused',
    message: `Cannot take /${command.name} from you: your role here is "${member.roleName}", expected ${describeAdmitted(command, policy)}`,
    hint: isUnsure
      ? 'GitHub did not say whether you belong to one of the teams: ask again later, or let somebody with that role ask.'
      : 'Let somebody who has the right ask, or change the policy file .github/strongroom.yml; /policy shows what is in force.',
  }
}

/** Whom the policy lets give a command, after "expected". */
export function describeAdmitted(
  { name, role }: { readonly name: ChatCommand; readonly role: Role },
  policy: Policy,
): string {
  const rule = policy.commands[name]
  const others = [
    ...((rule?.teams ?? []).length === 0 ? [] : [' or one of its teams']),
    ...((rule?.users ?? []).length === 0 ? [] : [' or one of its named users']),
  ]
  return `the role "${rule?.role ?? role}"${others.join('')}`
}
