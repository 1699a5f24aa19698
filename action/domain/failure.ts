import type { ReasonCode } from './reason-code.ts'

/** The part of a command in which something broke, as people and programs are told it. */
export type Stage =
  | 'inputs'
  | 'client'
  | 'connect'
  | 'plan'
  | 'manifest'
  | 'dump'
  | 'compress'
  | 'upload'
  | 'commit'
  | 'rotation'
  | 'download'
  | 'check'
  | 'lease'
  | 'safety-backup'
  | 'restore'
  | 'swap'
  | 'gate'
  | 'cancel'

/** What a failure is made of. Every text is value-free where the value may be a secret. */
export interface FailureFacts {
  readonly code: ReasonCode
  readonly stage: Stage
  /** "Cannot <action>: <what is>, expected <what should be>", no full stop. */
  readonly message: string
  /** One sentence: what the reader does about it. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The one type that broken promises throw. A class, because `instanceof` is how the one catch in
 * `run.ts` tells our failures from defects.
 */
export class Failure extends Error {
  readonly code: ReasonCode
  readonly stage: Stage
  readonly hint: string | undefined

  constructor(facts: FailureFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'Failure'
    this.code = facts.code
    this.stage = facts.stage
    this.hint = facts.hint
  }
}

/** Whether `error` is a {@link Failure}, optionally one with the given code. */
export function isFailure(error: unknown, code?: ReasonCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code)
}
