import { formatDuration } from '../../action/domain/format-duration.ts'
import { choosePalette } from '../../action/runner/palette.ts'
import { createNarrator, type Narrator } from './narrator.ts'

/** Exit code of a process that SIGINT ended, by the shell's convention. */
const interruptedExitCode = 130

/**
 * Plays a demo in this process: signals abort it, and its last line counts the proofs.
 *
 * @param play resolves or rejects once everything that it started is stopped and removed
 * @param options.isKept whether a signal is the usual end
 * @returns the exit code: 1 where a proof does not hold or the demo broke
 */
export async function runDemo(
  play: (narrator: Narrator, signal: AbortSignal) => Promise<void>,
  options: { readonly isKept?: boolean } = {},
): Promise<number> {
  const startedAt = performance.now()
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => interruption.abort(new Error(`Ended by ${name}`)))
  const narrator = createNarrator(console.log, choosePalette(process.stdout, process.env))
  try {
    await play(narrator, interruption.signal)
  } catch (error) {
    if (!interruption.signal.aborted) {
      console.error(error instanceof Error ? error.message : error)
      if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message)
      return 1
    }
  }
  const { passed, failed } = narrator.proofs()
  const elapsed = formatDuration(performance.now() - startedAt)
  const isCutShort = interruption.signal.aborted && options.isKept !== true
  const proofs = `${passed} ${passed === 1 ? 'proof holds' : 'proofs hold'}, ${failed} ${failed === 1 ? 'does' : 'do'} not`
  console.log(
    `\n${isCutShort ? 'Interrupted: everything' : 'Everything'} is stopped and removed. ${proofs} (${elapsed}).`,
  )
  if (failed > 0) return 1
  return isCutShort ? interruptedExitCode : 0
}
