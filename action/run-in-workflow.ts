import { readFileSync } from 'node:fs'
import { createInputFailure } from './domain/inputs.ts'
import { createRedactor } from './domain/redact.ts'
import { renderSummary } from './domain/render-summary.ts'
import type { FailureResult, Result } from './domain/result.ts'
import { describeFailure } from './run.ts'
import { runPrivately } from './run-privately.ts'
import { annotateFailure } from './runner/annotate-failure.ts'
import type { CommandLog } from './runner/command-log.ts'
import { createActionLog } from './runner/create-action-log.ts'
import { createOutputs } from './runner/create-outputs.ts'
import { savePostState } from './runner/post-state.ts'
import { type Environment, type ReadInputs, readInputs } from './runner/read-inputs.ts'
import { readRunFacts } from './runner/read-run-facts.ts'
import { systemClock } from './runner/system-clock.ts'
import { cancelledExitCode, watchSignals } from './runner/watch-signals.ts'
import { type OutputSink, writeOutputs } from './runner/write-outputs.ts'
import { writeSummary } from './runner/write-summary.ts'

/**
 * The Action's `main`: inputs, command, outputs, summary. Outputs, summary and exit code come from one result, so
 * that they agree.
 *
 * @returns the exit code
 */
export async function runInWorkflow(env: Environment): Promise<number> {
  const early: string[] = []
  const read = readInputs(env, (line) => early.push(line))
  const redact = createRedactor(read.secrets)
  const log = createActionLog({ redact, nowMs: () => performance.now() })
  for (const line of early) log.warn(line)
  const watch = watchSignals()
  try {
    const ended = await runCommand(read, env, log, redact, watch.signal)
    log.close()
    for (const warning of ended.warnings) log.warn(warning)
    const warn = (line: string) => log.warn(line)
    const result = tellOutputs(ended, { redact, warn })
    const summary = renderSummary(result, { now: systemClock.now(), ...findDocs(env) })
    await writeSummary(summary, { path: env['GITHUB_STEP_SUMMARY'], redact, warn })
    return conclude(result, log, redact)
  } finally {
    watch.stop()
  }
}

async function runCommand(
  { reading }: ReadInputs,
  env: Environment,
  log: CommandLog,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<Result | FailureResult> {
  if (reading.kind === 'invalid') {
    return describeFailure('inputs', createInputFailure(reading.problems), redact)
  }
  const facts = readRunFacts(env, (path) => readFileSync(path, 'utf8'))
  for (const problem of facts.problems) log.warn(problem)
  return await runPrivately(
    {
      inputs: reading.inputs,
      facts,
      log,
      redact,
      signal,
      searchPath: env['PATH'],
      isDebug: env['RUNNER_DEBUG'] === '1',
      saveState: savePostState,
    },
    facts.temporaryFolder,
  )
}

/**
 * Writes the outputs. A step whose outputs are lost has failed, whatever it did: the steps after it would go on with
 * nothing.
 *
 * @returns the result, or what became of it
 */
function tellOutputs(result: Result | FailureResult, sink: OutputSink): Result | FailureResult {
  try {
    writeOutputs(createOutputs(result), sink)
    return result
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'missing'
    return {
      version: result.version,
      command: result.command,
      ok: false,
      reasonCode: 'unexpected',
      message: `Cannot write the outputs of this step: their file refuses it (${code}), expected one that can be written to`,
      hint: `Look at the disk of the runner. The command itself had ended with ${result.reasonCode}: ${result.message}`,
      warnings: [],
    }
  }
}

/** Says the end in one place, where people look for it, and turns it into the exit code. */
function conclude(
  result: Result | FailureResult,
  log: CommandLog,
  redact: (text: string) => string,
): number {
  if (result.ok) {
    log.info(result.message)
    return 0
  }
  annotateFailure(result, redact)
  return result.reasonCode === 'cancelled' ? cancelledExitCode : 1
}

/** The documentation of the version in use, where the runner says which that is. */
function findDocs(env: Environment): { readonly docsUrl?: string } {
  const server = env['GITHUB_SERVER_URL']
  const repository = env['GITHUB_ACTION_REPOSITORY']
  const ref = env['GITHUB_ACTION_REF']
  return server && repository && ref ? { docsUrl: `${server}/${repository}/blob/${ref}/docs` } : {}
}
