import type { FrozenPlan } from './domain/frozen-plan.ts'
import type { Inputs } from './domain/inputs.ts'
import type { Log } from './job/ports.ts'
import type { RunCard } from './run-card.ts'
import type { Asker } from './runner/create-asker.ts'
import type { PostState } from './runner/post-state.ts'
import type { RunFacts } from './runner/read-run-facts.ts'

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
  /** Absent where nobody sits at a terminal. */
  readonly ask?: Asker
  /** The status card of the request; absent where nobody asked in a comment. */
  readonly card?: Pick<RunCard, 'begin'> | undefined
  /** What reviewers agreed to, where an environment is named. */
  readonly approved?: FrozenPlan
}
