import { Failure } from '../domain/failure.ts'
import type { Clock, DumpOptions } from '../job/ports.ts'
import { startStructureCheck } from './check-structure.ts'
import { dumpArguments } from './dump-arguments.ts'
import { dumpFailure } from './dump-failure.ts'
import { createDumpGate } from './dump-gate.ts'
import { type Program, startProgram } from './run-program.ts'
import { type Trip, type Watch, watchDump } from './watch-dump.ts'

export interface DumpRequest {
  readonly client: { readonly pgDump: string; readonly pgRestore: string }
  readonly options: DumpOptions
  readonly environment: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly redact: (text: string) => string
  readonly signal: AbortSignal | undefined
  /** Called once the first byte is there, so the session is open: no password is needed any more. */
  onConnected(): void
  /** Called with the running program, for its messages. */
  onStarted(program: Program): void
}

/**
 * The bytes of a pg_dump. The generator returns, which is what ends the stream downstream, only
 * when the process has closed with exit code 0 and the bytes are a whole dump; in every other case
 * it throws. Leaving it early stops the process.
 * @throws Failure of the stage `dump`, or the signal's reason
 */
export async function* dumpDatabase(request: DumpRequest): AsyncGenerator<Uint8Array, void> {
  const { options, signal, redact } = request
  signal?.throwIfAborted()
  const program = startProgram({
    path: request.client.pgDump,
    args: dumpArguments(options),
    environment: request.environment,
    signal,
    redact,
  })
  request.onStarted(program)
  const structure =
    options.format === 'custom'
      ? startStructureCheck({ pgRestore: request.client.pgRestore, signal, redact })
      : undefined
  const gate = createDumpGate(options.format)
  const watch = watchDump(request.clock, options, () => {
    void program.stop()
    void structure?.stop()
  })
  let isWhole = false
  try {
    let isFirst = true
    for await (const chunk of readOutput(program, watch)) {
      if (isFirst) request.onConnected()
      isFirst = false
      gate.see(chunk)
      await structure?.feed(chunk)
      yield chunk
    }
    const end = await program.exited
    signal?.throwIfAborted()
    refuseTrip(watch.tripped(), options)
    if (end.code !== 0) throw dumpFailure(end, program.stderr())
    gate.check()
    await structure?.finish()
    signal?.throwIfAborted()
    refuseTrip(watch.tripped(), options)
    isWhole = true
  } finally {
    watch.stop()
    if (!isWhole) await Promise.all([program.stop(), structure?.stop()])
  }
}

/** The program's output; an end by any cause is the same here, since the exit tells it apart. */
async function* readOutput(program: Program, watch: Watch): AsyncGenerator<Uint8Array, void> {
  const output = program.stdout?.iterator({ destroyOnReturn: false })
  if (!output) return
  for (;;) {
    watch.beginRead()
    const next = await nextChunk(output)
    watch.endRead()
    if (next === undefined) break
    yield next
  }
  watch.endOutput()
}

async function nextChunk(output: AsyncIterator<unknown>): Promise<Uint8Array | undefined> {
  try {
    const { done, value } = await output.next()
    return !done && value instanceof Uint8Array ? value : undefined
  } catch {
    // The pipe was cut off (stop() does that): how the process ended says why.
    return undefined
  }
}

function refuseTrip(trip: Trip | undefined, options: DumpOptions): void {
  if (trip === undefined) return
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
  if (trip === 'total') {
    throw new Failure({
      code: 'dump_timed_out',
      stage: 'dump',
      message: `Cannot dump the database: it has run for ${seconds(options.totalTimeoutMs)}, expected an end within that limit`,
      hint: 'Raise the total time limit, or exclude data that need no backup.',
    })
  }
  throw new Failure({
    code: 'dump_stalled',
    stage: 'dump',
    message:
      trip === 'silence'
        ? `Cannot dump the database: no byte has come for ${seconds(options.silenceTimeoutMs)}, expected output`
        : 'Cannot dump the database: pg_dump does not exit after its last byte, expected an exit code',
    hint: 'Look at the session in pg_stat_activity (application_name strongroom) and at the network; raise the silence limit where single rows are huge.',
  })
}
