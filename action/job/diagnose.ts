import { isFailure } from '../domain/failure.ts'
import { type DoctorCheck, type DoctorResult, resultVersion } from '../domain/result.ts'
import type { Log } from './ports.ts'

/** One thing that could stop tomorrow's backup, and how to find out. */
export interface Examination {
  readonly name: string
  /** One or more checks; a Failure becomes a failed one. */
  run(): Promise<readonly DoctorCheck[]>
}

/**
 * Runs every examination, whatever the others find, and says what would go wrong tomorrow night. What could not be
 * found out is `unknown` and never green by itself, but only what failed fails the command.
 */
export async function diagnose(
  { log, redact }: { readonly log: Log; readonly redact: (text: string) => string },
  examinations: readonly Examination[],
  signal?: AbortSignal,
): Promise<DoctorResult> {
  const checks: DoctorCheck[] = []
  for (const examination of examinations) {
    signal?.throwIfAborted()
    log.info(`Checking ${examination.name}`)
    checks.push(...(await examine(examination, redact)))
  }
  const failed = checks.filter(({ state }) => state === 'failed').length
  const unknown = checks.filter(({ state }) => state === 'unknown').length
  return {
    version: resultVersion,
    command: 'doctor',
    ok: failed === 0,
    reasonCode: failed === 0 ? 'completed' : 'doctor_failed',
    message: describe(checks.length, failed, unknown),
    ...(failed > 0 && { hint: listFailed(checks) }),
    checks,
    warnings: [],
  }
}

async function examine(
  { name, run }: Examination,
  redact: (text: string) => string,
): Promise<readonly DoctorCheck[]> {
  try {
    return await run()
  } catch (error) {
    if (!isFailure(error)) throw error
    const advice = error.hint === undefined ? {} : { advice: redact(error.hint) }
    return [{ name, state: 'failed', text: redact(error.message), ...advice }]
  }
}

/** A line for each failed check, since an annotation of a run shows no table. */
function listFailed(checks: readonly DoctorCheck[]): string {
  return checks
    .filter(({ state }) => state === 'failed')
    .map(({ name, text, advice }) => `${name}: ${text}${advice === undefined ? '' : `. ${advice}`}`)
    .join('\n')
}

function describe(total: number, failed: number, unknown: number): string {
  if (failed > 0) return `${failed} of ${total} checks failed`
  const rest = unknown === 0 ? '' : `, ${unknown} could not be found out`
  return `No check of ${total} failed${rest}`
}
