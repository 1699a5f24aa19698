/** An account as GitHub's webhooks and API name it. The id decides; the login is for people. */
export interface Account {
  readonly id: number
  readonly login: string
  /** "User", "Bot", "Organization" and others. */
  readonly type: string
}

/** A comment of an issue or a pull request. */
export interface Comment {
  readonly id: number
  /** From `issue_url`. */
  readonly issueNumber: number
  readonly body: string
  readonly author: Account | undefined
  readonly createdAt: Date
  readonly url: string
}

/** Comments of a listing, in no particular order. */
export interface CommentList {
  readonly comments: readonly Comment[]
  /** `false`: the limit of pages was reached, and there are more. */
  readonly isComplete: boolean
}

/** How a reading ended. Texts are ours, never GitHub's, and never with a value of ours. */
export type Reading<T> =
  | { readonly kind: 'found'; readonly value: T }
  /** 404: not there, or hidden from this token. */
  | { readonly kind: 'missing' }
  /** 401, 403, 422 and the like, rate limits excepted: asking again changes nothing. */
  | {
      readonly kind: 'denied'
      readonly status: number
      readonly problem: string
      readonly hint: string
    }
  /** Nothing is known: no answer, a 5xx, a rate limit, or an answer in another form. */
  | { readonly kind: 'failed'; readonly problem: string; readonly hint: string }

/**
 * How a write ended; `unknown`: it may have had its effect (time-out, reset, 5xx, an answer in another
 * form). `refused`: it certainly had none (4xx). Writes are never repeated blindly.
 */
export type Writing<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly problem: string
      readonly hint: string
    }
  | { readonly kind: 'unknown'; readonly problem: string; readonly hint: string }

/** What `GET .../collaborators/{login}/permission` says. */
export interface Permission {
  readonly userId: number
  /** "admin", "maintain", "write", "triage", "read", "none", or the name of a custom role. */
  readonly roleName: string
  /** The role that a custom one builds on: "admin", "write", "read" or "none". */
  readonly base: string
}

export interface Run {
  readonly id: number
  readonly url: string
  /** "queued", "in_progress", "waiting", "pending", "requested", "completed" and others. */
  readonly status: string
  /** Of a completed run: "success", "failure", "cancelled", "timed_out", "action_required" and others. */
  readonly conclusion: string | undefined
  /** What `run-name` made. */
  readonly title: string
  readonly event: string
  readonly attempt: number
  /** Who started it: `actor.id`, never the triggering actor of a later attempt. */
  readonly actorId: number | undefined
  readonly createdAt: Date
  /** Of a completed run: when it ended, about. */
  readonly updatedAt: Date
}

export interface Job {
  readonly name: string
  readonly status: string
  readonly conclusion: string | undefined
}

/** An environment that a run waits for. */
export interface PendingDeployment {
  readonly environment: string
  /** Logins of users and names of teams. */
  readonly reviewers: readonly string[]
  /** When the waiting began, as far as GitHub says (`wait_timer_started_at`). */
  readonly since: Date | undefined
}

export interface Approval {
  /** "approved", "rejected", "pending". */
  readonly state: string
  readonly environments: readonly string[]
  readonly user: Account | undefined
}

export interface EnvironmentRules {
  readonly name: string
  readonly hasReviewers: boolean
  readonly reviewers: readonly string[]
  /** Absent where GitHub does not say. */
  readonly canAdminsBypass: boolean | undefined
}

/** The reactions that the bot uses. */
export type Reaction = 'eyes' | 'rocket' | '+1' | 'confused'

/** What GitHub told of a run that it has just started. */
export interface StartedRun {
  readonly runId: number
  readonly url: string
}

/** One repository on GitHub, as far as the bot needs it. Methods reject only for a defect. */
export interface Repository {
  readPermission(login: string): Promise<Reading<Permission>>
  /** Text of a file on the default branch. */
  readFile(path: string): Promise<Reading<string>>
  /** Whether the account is an active member of a team of the repository's owner. */
  readMembership(teamSlug: string, login: string): Promise<Reading<boolean>>
  /** `present`: this bot had reacted so before, which is how a second delivery shows itself. */
  react(commentId: number, reaction: Reaction): Promise<'added' | 'present' | 'failed'>
  /**
   * Comments of one issue that were made or changed since then; where there are too many, the hundred oldest of them
   * and the newest.
   */
  listComments(issueNumber: number, since: Date): Promise<Reading<CommentList>>
  /**
   * Comments of the whole repository that were made or changed since then
   * (`GET .../issues/comments?since=&sort=updated&direction=desc`); where there are too many, the last changed.
   */
  listRecentComments(since: Date): Promise<Reading<CommentList>>
  createComment(issueNumber: number, body: string): Promise<Writing<Comment>>
  readComment(commentId: number): Promise<Reading<Comment>>
  updateComment(commentId: number, body: string): Promise<Writing<Comment>>
  /** A 404 or 410 is `done`: it is not there any more. */
  removeComment(commentId: number): Promise<Writing<undefined>>
  /** Starts a run on the default branch; sent once, whatever the answer. `value` is the run where GitHub names it. */
  dispatch(
    workflow: string,
    inputs: Readonly<Record<string, string>>,
  ): Promise<Writing<StartedRun | undefined>>
  /**
   * Dispatched runs of a workflow that were created since then, whatever their status, newest first. The
   * handler looks for request ids in their titles. `missing`: there is no such workflow.
   */
  listRuns(workflow: string, since: Date): Promise<Reading<readonly Run[]>>
  /**
   * Runs of a workflow, of any event, that have not completed, newest first: asked for by status
   * (`queued`, `in_progress`, `waiting`, `pending`, `requested`) or picked from the newest hundred.
   */
  listOpenRuns(workflow: string): Promise<Reading<readonly Run[]>>
  readRun(runId: number): Promise<Reading<Run>>
  readJobs(runId: number): Promise<Reading<readonly Job[]>>
  readPendingDeployments(runId: number): Promise<Reading<readonly PendingDeployment[]>>
  readApprovals(runId: number): Promise<Reading<readonly Approval[]>>
  readEnvironment(name: string): Promise<Reading<EnvironmentRules>>
  /** Asks GitHub to cancel; that it is cancelled shows in the run. 409 (nothing to cancel) is `refused`. */
  cancelRun(runId: number): Promise<Writing<undefined>>
}

export interface Clock {
  now(): Date
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface BotLog {
  info(line: string): void
  warn(line: string): void
}

/** Signs the fixed part of a card, so that an edited one shows. Bodies are bytes of its JSON. */
export interface Signer {
  sign(text: string): string
  isValid(text: string, signature: string): boolean
}

/** Everything that a door hands to the handler, for one repository. */
export interface BotContext {
  readonly repository: Repository
  /** "owner/name". */
  readonly fullName: string
  readonly repositoryId: number
  readonly defaultBranch: string
  /** Login of the account that this bot writes as, "strongroom[bot]". */
  readonly selfLogin: string
  readonly clock: Clock
  readonly log: BotLog
  readonly signer: Signer
  /** The page of the documentation, to link to; absent where it is not known. */
  readonly docsUrl?: string | undefined
  /** Called at most once for a delivery, when its 👀 is out or will not be: a webhook may be answered now. */
  readonly onAcknowledged?: (() => void) | undefined
}

/** A webhook, or the event of a workflow, before anything of it is believed. */
export interface Delivery {
  /** `X-GitHub-Delivery`; absent inside Actions. */
  readonly id: string | undefined
  /** "issue_comment", "workflow_run" and so on. */
  readonly event: string
  readonly payload: unknown
}

/** What became of a delivery, for the log and the door's exit code. Never with foreign text. */
export interface Answer {
  /** `failed`: something that was asked for could not be done, and the door says so by its exit code. */
  readonly outcome:
    | 'ignored'
    | 'answered'
    | 'refused'
    | 'dispatched'
    | 'duplicate'
    | 'followed'
    | 'failed'
  /** One sentence for the log. */
  readonly text: string
  readonly requestIds: readonly string[]
}
