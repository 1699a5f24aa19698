import { error } from '@actions/core'
import type { FailureResult, Result } from '../domain/result.ts'

/**
 * Puts a failure where people look first: an annotation of the run, with its sentence, its hint and
 * its reason code. The exit code is the door's.
 */
export function annotateFailure(
  { message, hint, reasonCode }: Result | FailureResult,
  redact: (text: string) => string,
): void {
  const text = hint === undefined ? message : `${message}\n${hint}`
  error(redact(text), { title: `Strongroom: ${reasonCode}` })
}
