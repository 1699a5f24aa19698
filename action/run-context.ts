import type { FrozenPlan } from './domain/frozen-plan.ts'
import type { Account } from './domain/gate-facts.ts'
import type { Inputs } from './domain/inputs.ts'
import type { RestorePlan } from './domain/result.ts'
import type { Log } from './job/ports.ts'
import type { RunCard } from './run-card.ts'
import type { Asker } from './runner/create-asker.ts'
import type { PostState } from './runner/post-state.ts'
import type { RunFacts } from './runner/read-run-facts.ts'

/** What reviewers agreed to, and who they were. */
export interface Approved {
  readonly plan: FrozenPlan
  /** Who asked, as the gate has found out; not what the inputs say. */
  readonly requester: { readonly id: number; readonly login?: string | undefined }
  /** Nobody where the repository lets its environment have no reviewers. */
  readonly approvers: readonly Account[]
  readonly isUnprotected: boolean
}

/** Everything that a door hands over. */
export interface RunContext {
  readonly inputs: Inputs
  readonly facts: RunFacts
  readonly log: Log
  readonly redact: (text: string) => string
  readonly signal: AbortSignal
  /** A private directory that the door removes. */
  readonly temporaryDirectory: string
  /** The `PATH` that the door was started with. */
  readonly searchPath?: string | undefined
  /** Whether the stack of a defect is shown: debug logging of the runner. */
  readonly isDebug?: boolean
  /** Hands what must not be forgotten to `post`. */
  readonly saveState: (state: PostState) => void
  /** Told the plan of a restore that is about to begin. */
  readonly onRestore?: (plan: RestorePlan) => void
  /** Absent where nobody sits at a terminal. */
  readonly ask?: Asker
  /** The status card of the request; absent where nobody asked in a comment. */
  readonly card?: Pick<RunCard, 'begin'> | undefined
  /** What reviewers agreed to, where an environment is named. */
  readonly approved?: Approved
}
