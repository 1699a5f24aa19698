import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createAdapters } from './adapters.ts'
import type { Inputs } from './domain/inputs.ts'
import { createRedactor } from './domain/redact.ts'
import { finishCard } from './finish-card.ts'
import { buryUnfinished, type Leftover } from './job/bury-unfinished.ts'
import type { Log } from './job/ports.ts'
import { describeFailure } from './run.ts'
import { createActionLog } from './runner/create-action-log.ts'
import { findDocs } from './runner/find-docs.ts'
import { readPostState } from './runner/post-state.ts'
import { type Environment, readInputs } from './runner/read-inputs.ts'
import { readRunFacts } from './runner/read-run-facts.ts'
import { tellUntold } from './tell-untold.ts'

/** `post` has minutes, but a run whose bucket does not answer should not use them up. */
const finishTimeoutMs = 60_000

/**
 * The Action's `post`: repeats what `main` was not given the time for, in the bucket, to the people who are notified
 * and on the status card.
 * After a command that ended by itself it does nothing.
 *
 * @returns the exit code: that something could not be cleaned up is a failure to be seen
 */
export async function finishWorkflow(env: Environment): Promise<number> {
  const { reading, secrets, raw } = readInputs(env, () => undefined)
  const redact = createRedactor(secrets)
  const log = createActionLog({ redact, nowMs: () => performance.now() })
  const facts = readRunFacts(env, (path) => readFileSync(path, 'utf8'))
  try {
    const { files = [], isFinished, untold, ...leftover } = readPostState()
    for (const path of files) await rm(path, { recursive: true, force: true })
    if (reading.kind === 'invalid') return 0
    const { inputs } = reading
    try {
      const isDone = isFinished === true || leftover.backupId === undefined
      if (!isDone) await bury(leftover, inputs, env, log, redact)
    } finally {
      const told = { inputs, facts, redact, log, ...findDocs(env) }
      if (untold !== undefined) await tellUntold(told, untold)
    }
    return 0
  } catch (error) {
    const { message, hint } = describeFailure('post', error, redact)
    log.warn(`${message}. ${hint ?? 'Run repair to tidy the bucket.'}`)
    return 1
  } finally {
    await finishCard({ raw, facts, redact, log, ...findDocs(env) })
    log.close()
  }
}

async function bury(
  leftover: Leftover,
  inputs: Inputs,
  env: Environment,
  log: Log,
  redact: (text: string) => string,
): Promise<void> {
  const temporaryDirectory = env['RUNNER_TEMP'] ?? ''
  const adapters = createAdapters({ inputs, log, redact, temporaryDirectory })
  try {
    const { catalog, vault } = adapters.bucket()
    const signal = AbortSignal.timeout(finishTimeoutMs)
    await buryUnfinished({ catalog, vault, clock: adapters.clock, log }, leftover, signal)
  } finally {
    await adapters.close()
  }
}
