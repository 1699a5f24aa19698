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

/** What the status card says that the inputs lead to, and who wrote it. */
export interface CardFacts {
  readonly authorId: number
  readonly requestId: string
  readonly requesterId: number
  /** What was asked for, as the comment has it. */
  readonly command: string
}

/** The comment that a card says has asked, as it stands now. */
export interface AskingFacts {
  readonly authorId: number
  readonly issueNumber: number
  readonly createdAt: Date
  /**
   * Later than `createdAt` where somebody has edited or hidden it. Reactions do not show here: an answer that PyGithub
   * has recorded (tests/IssueComment.py) is of 2013 by both times and has reactions, which GitHub has had since 2016.
   */
  readonly updatedAt: Date
  /** The author is a person's account, and no App wrote in its name. */
  readonly isByPerson: boolean
  /** The author has triage or more here; everybody else a bot leaves without an answer. */
  readonly isByMember: boolean
  readonly body: string
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
    readonly createdAt?: Date | undefined
    readonly actor?: Account | undefined
    readonly triggeringActor?: Account | undefined
  }
  readonly defaultBranch?: string | undefined
  /** Absent where there is no such environment. */
  readonly environment?: EnvironmentFacts | undefined
  readonly approvals?: readonly ApprovalFacts[] | undefined
  /** Whether the policy file allows an environment that makes nobody wait; read only where it matters. */
  readonly allowsUnprotected?: boolean | undefined
  /** Why the policy file could not be read, a sentence. It then allows nothing. */
  readonly policyProblem?: string | undefined
  /** Absent where no comment was named, it is gone, or it is no card. Read only for a bot's run. */
  readonly card?: CardFacts | undefined
  /** Absent where there is no card, or its comment is gone. */
  readonly asking?: AskingFacts | undefined
}

/** What was asked for, as the inputs say it. */
export interface Claim {
  readonly command: string
  readonly requestId?: string | undefined
  readonly requestedBy: ClaimedRequester
}

/**
 * Who asked for this run: a person who started it is the requester whatever the inputs say. Only a bot
 * may name somebody else, by an id, and only where a status card of its own names the same person for the
 * same request: a workflow of any branch runs as a bot too, and could claim what it likes. Unknown otherwise.
 */
export function identifyRequester(
  { run: { triggeringActor }, card }: Pick<GateFacts, 'run' | 'card'>,
  { command, requestId, requestedBy }: Claim,
): { readonly id: number; readonly login?: string | undefined } | undefined {
  if (triggeringActor?.type === 'User') return triggeringActor
  const { id, login } = requestedBy
  const isAgreed =
    triggeringActor?.type === 'Bot' &&
    card?.authorId === triggeringActor.id &&
    card.requestId === requestId &&
    card.requesterId === id &&
    card.command === command
  return isAgreed && id !== undefined ? { id, login } : undefined
}
