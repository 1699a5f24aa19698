/** A GitHub account. The id decides, since logins change hands; the login is for people. */
export interface Account {
  readonly id: number
  readonly login: string
  /** GitHub's own word: "User", "Bot" and others. */
  readonly type: string
}

/** What the inputs say about who asked. A claim: anyone who may start the workflow can type it. */
export interface ClaimedRequester {
  readonly id?: number | undefined
  readonly login?: string | undefined
}

/** The rules of one environment. */
export interface EnvironmentFacts {
  readonly id: number
  readonly name: string
  /** Users and teams of which one must approve; empty where the rule is missing. */
  readonly reviewers: readonly { readonly kind: 'user' | 'team' | 'unknown'; readonly id: number }[]
  readonly preventsSelfReview: boolean
  /** Absent where GitHub does not say. */
  readonly canAdminsBypass?: boolean | undefined
  /** Whether only certain branches may deploy to it. */
  readonly hasBranchPolicy: boolean
}

/** One record of a review of this run, for all environments that it answered at once. */
export interface ApprovalFacts {
  readonly state: string
  readonly environmentIds: readonly number[]
  readonly user?: Account | undefined
}

/**
 * Everything that the gate is judged by, as GitHub's API and the runner told it. What is absent was
 * not told, and is refused like what is wrong.
 */
export interface GateFacts {
  readonly run: {
    readonly id: string
    /** "owner/name". */
    readonly repository: string
    /** The attempt by the runner's word and by the API's. */
    readonly attempts: readonly (number | undefined)[]
    /** The full ref that the runner works on, "refs/heads/main". */
    readonly ref: string
    /** The branch by the API's word. */
    readonly branch?: string | undefined
    readonly actor?: Account | undefined
    readonly triggeringActor?: Account | undefined
  }
  readonly defaultBranch?: string | undefined
  /** Absent where there is no such environment. */
  readonly environment?: EnvironmentFacts | undefined
  readonly approvals?: readonly ApprovalFacts[] | undefined
}

/**
 * Who asked for this run: a person who started it is the requester whatever the inputs say. Only a bot
 * may name somebody else, and then must name an id. Unknown otherwise.
 */
export function identifyRequester(
  triggeringActor: Account | undefined,
  claimed: ClaimedRequester,
): { readonly id: number; readonly login?: string | undefined } | undefined {
  if (triggeringActor?.type === 'User') return triggeringActor
  if (triggeringActor?.type !== 'Bot' || claimed.id === undefined) return undefined
  return Number.isSafeInteger(claimed.id) && claimed.id > 0
    ? { id: claimed.id, login: claimed.login }
    : undefined
}
