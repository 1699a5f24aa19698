import { readFileSync } from 'node:fs'
import { createInputFailure } from './domain/inputs.ts'
import { createRedactor } from './domain/redact.ts'
import { renderSummary } from './domain/render-summary.ts'
import type { FailureResult, Result } from './domain/result.ts'
import type { Log } from './job/ports.ts'
import { tailLog } from './log-tail.ts'
import { openCard } from './open-card.ts'
import { describeFailure } from './run.ts'
import type { RunCard } from './run-card.ts'
import type { RunContext } from './run-context.ts'
import { runNotified } from './run-notified.ts'
import { annotateFailure } from './runner/annotate-failure.ts'
import { createActionLog } from './runner/create-action-log.ts'
import { createOutputs } from './runner/create-outputs.ts'
import { findDocs } from './runner/find-docs.ts'
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
  const facts = readRunFacts(env, (path) => readFileSync(path, 'utf8'))
  for (const problem of facts.problems) log.warn(problem)
  const watch = watchSignals()
  try {
    const { signal } = watch
    const docs = findDocs(env)
    const card = openCard({ raw: read.raw, facts, redact, log, signal, ...docs })
    const tail = tailLog(tellCard(log, card))
    const ended = await runCommand(read, {
      env,
      facts,
      redact,
      signal,
      card,
      log: tail.log,
    })
    log.close()
    for (const warning of ended.warnings) log.warn(warning)
    const warn = (line: string) => log.warn(line)
    const result = tellOutputs(ended, { redact, warn })
    const summary = renderSummary(result, { now: systemClock.now(), ...docs })
    await writeSummary(summary, { path: env['GITHUB_STEP_SUMMARY'], redact, warn })
    await card?.end(result, tail.lines())
    return conclude(result, log, redact)
  } finally {
    watch.stop()
  }
}

interface Surroundings extends Pick<RunContext, 'facts' | 'redact' | 'signal' | 'card' | 'log'> {
  readonly env: Environment
}

async function runCommand(
  { reading }: ReadInputs,
  { env, ...context }: Surroundings,
): Promise<Result | FailureResult> {
  if (reading.kind === 'invalid') {
    return describeFailure('inputs', createInputFailure(reading.problems), context.redact)
  }
  return await runNotified(
    {
      ...context,
      inputs: reading.inputs,
      searchPath: env['PATH'],
      isDebug: env['RUNNER_DEBUG'] === '1',
      saveState: savePostState,
    },
    { parent: context.facts.temporaryFolder, hasPost: true, ...findDocs(env) },
  )
}

/** The same log, whose progress the card is told as well. */
function tellCard(log: Log, card: RunCard | undefined): Log {
  if (card === undefined) return log
  return {
    ...log,
    progress(sample) {
      log.progress(sample)
      card.progress(sample)
    },
  }
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
  log: Log,
  redact: (text: string) => string,
): number {
  if (result.ok) {
    log.info(result.message)
    return 0
  }
  annotateFailure(result, redact)
  return result.reasonCode === 'cancelled' ? cancelledExitCode : 1
}
