import { rm } from 'node:fs/promises'
import { createAdapters } from './adapters.ts'
import { createRedactor } from './domain/redact.ts'
import { buryUnfinished } from './job/bury-unfinished.ts'
import { describeFailure } from './run.ts'
import { createActionLog } from './runner/create-action-log.ts'
import { readPostState } from './runner/post-state.ts'
import { type Environment, readInputs } from './runner/read-inputs.ts'

/** `post` has minutes, but a run whose bucket does not answer should not use them up. */
const finishTimeoutMs = 60_000

/**
 * The Action's `post`: repeats what `main` was not given the time for. After a command that ended by itself it
 * does nothing.
 *
 * @returns the exit code: that something could not be cleaned up is a failure to be seen
 */
export async function finishWorkflow(env: Environment): Promise<number> {
  const { reading, secrets } = readInputs(env, () => undefined)
  const redact = createRedactor(secrets)
  const log = createActionLog({ redact, nowMs: () => performance.now() })
  const { files = [], isFinished, ...leftover } = readPostState()
  for (const path of files) await rm(path, { recursive: true, force: true })
  if (reading.kind === 'invalid' || isFinished === true || leftover.backupId === undefined) return 0
  const temporaryDirectory = env['RUNNER_TEMP'] ?? ''
  const adapters = createAdapters({ inputs: reading.inputs, log, redact, temporaryDirectory })
  try {
    const { catalog, vault } = adapters.bucket()
    const signal = AbortSignal.timeout(finishTimeoutMs)
    await buryUnfinished({ catalog, vault, clock: adapters.clock, log }, leftover, signal)
    return 0
  } catch (error) {
    const { message, hint } = describeFailure('post', error, redact)
    log.warn(`${message}. ${hint ?? 'Run repair to tidy the bucket.'}`)
    return 1
  } finally {
    await adapters.close()
    log.close()
  }
}
