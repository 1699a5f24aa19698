import type { FaultKind } from './faults.ts'
import type { Operation } from './operation.ts'

/** One request that arrived. */
export interface LoggedRequest {
  /** From 1, in order of arrival. */
  readonly n: number
  readonly operation: Operation
  readonly bucket: string
  readonly key: string
  readonly partNumber?: number
  readonly uploadId?: string
  /** Absent until it was answered, and for ever where it was not. */
  readonly status?: number
  /** S3's error code, where it was refused. */
  readonly code?: string
  /** The scripted faults that struck it. */
  readonly fault?: FaultKind
}

/** The same while it is being written. */
export type OpenEntry = { -readonly [Name in keyof LoggedRequest]: LoggedRequest[Name] }
