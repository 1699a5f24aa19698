import { type Failure, isFailure } from '../domain/failure.ts'

/** One thing that the doctor wants to know of the bucket. */
export interface ProbeFinding {
  readonly name: string
  readonly state: 'ok' | 'failed' | 'unknown'
  readonly text: string
  /** What to do. */
  readonly advice?: string
}

/** What a check came to; its name is added by whoever ran it. */
export type ProbeVerdict = Omit<ProbeFinding, 'name'>

/** Runs one check; a `Failure` is a finding and not the end of the doctor. */
export async function findOut(
  name: string,
  check: () => Promise<ProbeVerdict>,
): Promise<ProbeFinding> {
  try {
    return { name, ...(await check()) }
  } catch (error) {
    if (isFailure(error)) return { name, ...failed(error) }
    throw error
  }
}

export function failed({ message, hint }: Failure): ProbeVerdict {
  return { state: 'failed', text: message, ...(hint !== undefined && { advice: hint }) }
}

export function ok(text: string): ProbeVerdict {
  return { state: 'ok', text }
}
