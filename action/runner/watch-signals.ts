/** What a door that listens for cancellation holds. */
export interface CancelWatch {
  readonly signal: AbortSignal
  /** Stops listening, so that the process can end by itself. */
  stop(): void
}

/**
 * The runner sends SIGINT, SIGTERM 7.5 s later, and kills the tree 2.5 s after that (docs.github.com,
 * "Workflow cancellation"). What has not ended by now is left to `post`.
 */
const forcedExitMs = 6_500

/** Exit code of a process that SIGINT ended, by the shell's convention. */
export const cancelledExitCode = 130

/**
 * Turns SIGINT and SIGTERM into one AbortSignal. A clean-up that hangs, or a second Ctrl-C at a terminal, ends
 * the process.
 */
export function watchSignals(): CancelWatch {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const exit = () => process.exit(cancelledExitCode)
  const onInterrupt = () => {
    if (controller.signal.aborted) exit()
    onTerminate()
  }
  const onTerminate = () => {
    if (controller.signal.aborted) return
    controller.abort(new Error('The run was cancelled'))
    timer = setTimeout(exit, forcedExitMs)
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onTerminate)
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer)
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
    },
  }
}
