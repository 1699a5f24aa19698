import { Failure } from '../domain/failure.ts'
import type { Clock, DumpOptions } from '../job/ports.ts'
import { startStructureCheck } from './check-structure.ts'
import { dumpArguments } from './dump-arguments.ts'
import { dumpFailure } from './dump-failure.ts'
import { createDumpGate } from './dump-gate.ts'
import { readOutput } from './read-output.ts'
import { type Program, startProgram } from './run-program.ts'
import { type Trip, watchDump } from './watch-dump.ts'

export interface DumpRequest {
  readonly client: { readonly pgDump: string; readonly pgRestore: string }
  readonly options: DumpOptions
  readonly clock: Clock
  readonly redact: (text: string) => string
  readonly signal: AbortSignal | undefined
  /** Called at the first read; what it sets up is in the environment that it returns. */
  prepare(): Readonly<Record<string, string>>
  /** Called with the running program, for its messages. */
  onStarted(program: Program): void
  /** Undoes `prepare`: once the first byte shows that the session is open, and at the end. */
  release(): void
}

/**
 * The bytes of a pg_dump. The generator returns, which is what ends the stream downstream, only
 * when the process has closed with exit code 0 and the bytes are a whole dump; in every other case
 * it throws. Leaving it early stops the process.
 * @throws Failure of the stage `dump`, or the signal's reason
 */
export async function* dumpDatabase(request: DumpRequest): AsyncGenerator<Uint8Array, void> {
  const { options, signal } = request
  const dump = startDump(request)
  const { program, structure, watch } = dump
  let isWhole = false
  try {
    const gate = createDumpGate(options.format)
    for (;;) {
      watch.beginRead()
      const waiting = dump.output.next()
      const chunk = waiting instanceof Promise ? await waiting : waiting
      watch.endRead()
      if (chunk === undefined) break
      if (gate.isEmpty()) request.release()
      gate.see(chunk)
      await structure?.feed(chunk)
      yield chunk
    }
    watch.endOutput()
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
    request.release()
    if (!isWhole) await Promise.all([program.stop(), structure?.stop()])
  }
}

/** Everything that runs during a dump. */
function startDump(request: DumpRequest) {
  const { client, options, signal, redact } = request
  signal?.throwIfAborted()
  const program = startProgram({
    path: client.pgDump,
    args: dumpArguments(options),
    environment: request.prepare(),
    signal,
    redact,
  })
  request.onStarted(program)
  const structure =
    options.format === 'custom'
      ? startStructureCheck({ pgRestore: client.pgRestore, signal, redact })
      : undefined
  const watch = watchDump(request.clock, options, () => {
    void program.stop()
    void structure?.stop()
  })
  return { program, structure, watch, output: readOutput(program.stdout) }
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
