import type { Authentication } from './authenticate.ts'
import type { S3Request } from './s3-request.ts'
import type { Settings } from './settings.ts'
import type { State, StoredObject } from './state.ts'

/** A request that is being served: all that an operation needs. */
export interface Exchange {
  readonly request: S3Request
  readonly authentication: Authentication
  readonly settings: Settings
  readonly state: State
  readonly body: AsyncIterable<Buffer>
  /** Scripted: write as if no condition had been sent. */
  readonly ignoresConditions: boolean
}

/** Bytes of an object, from `start` up to, not including, `end`. */
export interface ObjectBytes {
  readonly object: StoredObject
  readonly start: number
  readonly end: number
}

/** What an operation answers. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | ObjectBytes
}

/** Serves one operation. */
export type Handler = (exchange: Exchange) => Promise<Answer> | Answer

/** An answer that is an XML document. */
export function xmlAnswer(body: string): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body }
}
