import { readFileSync } from 'node:fs'
import { isFailure } from './domain/failure.ts'
import { createInputFailure } from './domain/inputs.ts'
import { createRedactor } from './domain/redact.ts'
import type { FailureResult, Result } from './domain/result.ts'
import { describePlan } from './job/restore.ts'
import { describeFailure } from './run.ts'
import { runNotified } from './run-notified.ts'
import { type Asker, createAsker } from './runner/create-asker.ts'
import { createTerminalLog } from './runner/create-terminal-log.ts'
import { choosePalette } from './runner/palette.ts'
import { type Environment, readTerminalInputs } from './runner/read-inputs.ts'
import { readRunFacts } from './runner/read-run-facts.ts'
import { renderTerminal } from './runner/render-terminal.ts'
import { systemClock } from './runner/system-clock.ts'
import { parseTerminalArguments, type TerminalArguments } from './runner/terminal-arguments.ts'
import { cancelledExitCode, watchSignals } from './runner/watch-signals.ts'

/** A result, and how its texts are made safe to be shown. */
interface Shown {
  readonly result: Result | FailureResult
  readonly redact: (text: string) => string
}

/**
 * The terminal's door: words and environment, command, the result on stdout. What happens meanwhile goes to
 * stderr, so that stdout can be piped.
 *
 * @param words the command and what follows it
 * @returns the exit code
 */
export async function runInTerminal(words: readonly string[], env: Environment): Promise<number> {
  const [command, ...rest] = words
  let parsed: TerminalArguments
  try {
    parsed = parseTerminalArguments(command, rest)
  } catch (error) {
    if (!isFailure(error)) throw error
    const result = describeFailure(command ?? 'help', error, String)
    show({ result, redact: String }, env, { isJson: false })
    return 1
  }
  if (parsed.kind === 'help') {
    process.stdout.write(`${parsed.text}\n`)
    return 0
  }
  const shown = await runParsed(parsed, env)
  const { result } = shown
  show(shown, env, { isJson: parsed.json })
  if (result.ok) return 0
  return result.reasonCode === 'cancelled' ? cancelledExitCode : 1
}

async function runParsed(
  parsed: Extract<TerminalArguments, { kind: 'run' }>,
  env: Environment,
): Promise<Shown> {
  const early: string[] = []
  const { reading, secrets } = readTerminalInputs(parsed.given, env, (line) => early.push(line))
  const redact = createRedactor(secrets)
  const stream = process.stderr
  const nowMs = () => performance.now()
  const log = createTerminalLog({ redact, nowMs, stream, palette: choosePalette(stream, env) })
  for (const line of early) log.warn(line)
  if (reading.kind === 'invalid') {
    const failure = createInputFailure(reading.problems)
    return { result: describeFailure('inputs', failure, redact), redact }
  }
  const watch = watchSignals()
  try {
    const ask = parsed.yes ? undefined : findAsker(watch.signal)
    const context = {
      inputs: reading.inputs,
      facts: readRunFacts(env, (path) => readFileSync(path, 'utf8')),
      log,
      redact,
      signal: watch.signal,
      searchPath: env['PATH'],
      isDebug: env['RUNNER_DEBUG'] === '1',
      saveState: () => undefined,
      ...(ask !== undefined && { ask }),
    }
    const result = await runNotified(context, { hasPost: false })
    return { result, redact }
  } finally {
    log.close()
    watch.stop()
  }
}

/** Somebody who can be asked, where both ends are a terminal. */
function findAsker(signal: AbortSignal): Asker | undefined {
  const { stdin: input, stderr: output } = process
  if (!input.isTTY || !output.isTTY) return undefined
  const interrupt = () => {
    // At once, and not when the signal arrives: what was typed after Ctrl-C is no answer.
    process.emit('SIGINT')
  }
  return createAsker({ input, output, signal, interrupt, describePlan })
}

function show(
  { result, redact }: Shown,
  env: Environment,
  { isJson }: { readonly isJson: boolean },
): void {
  if (isJson) {
    process.stdout.write(`${redact(JSON.stringify(result))}\n`)
    return
  }
  const stream = result.ok ? process.stdout : process.stderr
  const palette = choosePalette(stream, env)
  const columns = stream.columns ?? Number.POSITIVE_INFINITY
  stream.write(redact(renderTerminal(result, { palette, columns, now: systemClock.now() })))
}
