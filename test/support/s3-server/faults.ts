import type { Operation } from './operation.ts'

/**
 * What can be scripted to go wrong.
 *
 * Refusals, before anything is done: `503` SlowDown, `500` InternalError, `429` TooManyRequests (R2
 * beyond one write a second of one key), `expired` ExpiredToken, `denied` AccessDenied, `locked` (a
 * lock refuses), `refuse-conditions` (501 for a conditional write), `conflict` (409 for one).
 * Silence: `hang` never answers and does nothing; `hang-after` does it and never answers;
 * `reset-before` and `reset-after` cut the connection instead. `200-error` answers 200 with an
 * error in its body and does nothing; `200-error-after` does it first. Bytes: `truncate` cuts the
 * connection within the body, `shorten` ends it early with a Content-Length that agrees, `flip`
 * flips one bit of it, `slow` lets bodies trickle, in both directions. `hold` takes the request's
 * head but not its body, or does not begin where it has none, until the fault is released:
 * so a test decides what happens meanwhile. `ignore-conditions` writes as if no condition had been
 * sent.
 */
export const FAULT_KINDS = [
  '503',
  '500',
  '429',
  'expired',
  'denied',
  'locked',
  'refuse-conditions',
  'conflict',
  'hang',
  'hang-after',
  'reset-before',
  'reset-after',
  '200-error',
  '200-error-after',
  'truncate',
  'shorten',
  'flip',
  'slow',
  'hold',
  'ignore-conditions',
] as const

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number]

/** What a fault may be chosen by. */
export interface FaultSubject {
  readonly operation: Operation
  readonly bucket: string
  readonly key: string
  readonly partNumber: number | undefined
  readonly isConditional: boolean
}

/** A fault and when it strikes. Every criterion that is given must fit. */
export interface FaultScript {
  readonly kind: FaultKind
  readonly operation?: Operation | readonly Operation[]
  readonly key?: string | RegExp
  readonly partNumber?: number
  readonly where?: (subject: FaultSubject) => boolean
  /**
   * The first request to strike, counted from 1 among those that fit since the fault was added.
   * @default 1
   */
  readonly nth?: number
  /**
   * How many requests in a row it strikes; `Infinity` for all.
   * @default 1
   */
  readonly times?: number
  /** `truncate`, `shorten`, `flip`: at this byte of the body. By default in its middle. */
  readonly atByte?: number
  /** `slow`. @default 1024 */
  readonly bytesPerSecond?: number
}

/** A fault that was added. */
export interface Fault {
  /** How often it has struck. */
  struck(): number
  /** `hold`: lets every request go on that it struck, or will strike. */
  release(): void
  /** Strikes no more; releases what it holds. */
  remove(): void
}

/** A fault that strikes a request. */
export interface Strike {
  readonly script: FaultScript
  readonly released: Promise<void>
}

/** The faults of one server. */
export interface Faults {
  add(script: FaultScript): Fault
  /** Removes every fault and the clock's offset. */
  clear(): void
  /** Puts the server's clock, its Date header included, off by so much. */
  setClockOffset(offsetMs: number): void
}

/** Which requests a kind can strike at all, whatever its script says. */
function canStrike(kind: FaultKind, subject: FaultSubject): boolean {
  const { operation } = subject
  switch (kind) {
    case 'truncate':
    case 'shorten':
    case 'flip':
      return operation === 'GetObject'
    case '200-error':
    case '200-error-after':
      return operation === 'CompleteMultipartUpload' || operation === 'CopyObject'
    case 'locked':
      return ['DeleteObject', 'PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(
        operation,
      )
    case 'refuse-conditions':
    case 'ignore-conditions':
    case 'conflict':
      return subject.isConditional
    default:
      return true
  }
}

function fits(script: FaultScript, subject: FaultSubject): boolean {
  const { operation, key, partNumber, where } = script
  if (!canStrike(script.kind, subject)) return false
  if (operation !== undefined && ![operation].flat().includes(subject.operation)) return false
  if (typeof key === 'string' && key !== subject.key) return false
  if (key instanceof RegExp && !key.test(subject.key)) return false
  if (partNumber !== undefined && partNumber !== subject.partNumber) return false
  // A lock is about deletions unless the script names the operation.
  const isOverwrite = script.kind === 'locked' && subject.operation !== 'DeleteObject'
  if (isOverwrite && operation === undefined) return false
  return where === undefined || where(subject)
}

interface Entry extends Strike {
  readonly release: () => void
  seen: number
  struck: number
}

/** The scripted faults, and which of them strike a request. */
export function createFaults() {
  const entries = new Set<Entry>()
  let offsetMs = 0
  const faults: Faults = {
    add(script) {
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const entry: Entry = { script, released, release, seen: 0, struck: 0 }
      entries.add(entry)
      function remove() {
        entries.delete(entry)
        release()
      }
      return { struck: () => entry.struck, release, remove }
    },
    clear() {
      for (const { release } of entries) release()
      entries.clear()
      offsetMs = 0
    },
    setClockOffset(ms) {
      offsetMs = ms
    },
  }
  /** Counts a request and returns the faults that strike it. */
  function take(subject: FaultSubject): Strike[] {
    const striking: Strike[] = []
    for (const entry of entries) {
      if (!fits(entry.script, subject)) continue
      entry.seen += 1
      const { nth = 1, times = 1 } = entry.script
      if (entry.seen < nth || entry.seen >= nth + times) continue
      entry.struck += 1
      striking.push(entry)
    }
    return striking
  }
  return { faults, take, clockOffsetMs: () => offsetMs }
}
