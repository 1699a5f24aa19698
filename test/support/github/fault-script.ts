/**
 * A fault and when it strikes.
 *
 * `status` answers with that status; `hang` never answers; `stall` sends the head and the start of a
 * body and stops; `reset` cuts the connection; `raw` answers 200 with that text as JSON, unjudged.
 */
export type Fault =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      /** What GitHub says in the body. @default 'Scripted' */
      readonly message?: string
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'stall' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'raw'; readonly text: string }

export interface FaultScript {
  readonly fault: Fault
  /** @default every operation */
  readonly operationId?: string
  /** How many requests it strikes. @default every one */
  readonly times?: number
  /** Whether the request has its effect all the same. @default false */
  readonly isAfterEffect?: boolean
}

/** The faults of one fake, in the order in which they were added. */
export interface Faults {
  add(script: FaultScript): void
  /** The fault that strikes this request, which uses it up by one. */
  take(operationId: string): FaultScript | undefined
}

export function createFaults(): Faults {
  const scripts: { readonly script: FaultScript; left: number }[] = []
  return {
    add(script) {
      scripts.push({ script, left: script.times ?? Number.POSITIVE_INFINITY })
    },
    take(operationId) {
      const entry = scripts.find(
        ({ script, left }) =>
          left > 0 && (script.operationId === undefined || script.operationId === operationId),
      )
      if (entry === undefined) return undefined
      entry.left -= 1
      return entry.script
    },
  }
}
