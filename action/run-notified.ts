import type { FailureResult, Result } from './domain/result.ts'
import { tailLog } from './log-tail.ts'
import type { RunContext } from './run-context.ts'
import { runPrivately } from './run-privately.ts'
import type { PostState } from './runner/post-state.ts'
import { openTeller } from './teller.ts'

export interface NotifyOptions {
  /** Folder in which the private directory is made. */
  readonly parent?: string | undefined
  /** Whether `post` runs afterwards, which has time to tell what this process has not. */
  readonly hasPost: boolean
  readonly docsUrl?: string | undefined
}

/**
 * Runs a command and tells people how it went. The result is the command's own; what could not be
 * told becomes a warning of it.
 */
export async function runNotified(
  context: Omit<RunContext, 'temporaryDirectory'>,
  { parent, hasPost, docsUrl }: NotifyOptions,
): Promise<Result | FailureResult> {
  const tail = tailLog(context.log)
  const teller = openTeller({ ...context, docsUrl }, tail)
  if (teller === undefined) return await runPrivately(context, parent)
  let last: PostState = {}
  let untold: PostState['untold'] = { command: context.inputs.command }
  const saveState = (state: PostState) => {
    last = state
    context.saveState({ ...state, ...(untold !== undefined && { untold }) })
  }
  teller.begin()
  const told = { ...context, log: tail.log, saveState, onRestore: teller.start }
  const result = await runPrivately(told, parent)
  const isCancelled = context.signal.aborted
  if (isCancelled && hasPost && !result.ok) {
    const { reasonCode, message } = result
    untold = { command: result.command, reasonCode, message: context.redact(message) }
    saveState(last)
    return result
  }
  const warnings = await teller.end(result, { isHurried: isCancelled })
  untold = undefined
  saveState(last)
  return { ...result, warnings: [...result.warnings, ...warnings] }
}
