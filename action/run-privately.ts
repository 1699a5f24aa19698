import type { FailureResult, Result } from './domain/result.ts'
import { describeFailure, run } from './run.ts'
import type { RunContext } from './run-context.ts'
import { createPrivateDirectory } from './runner/private-directory.ts'

/**
 * Runs a command with a private directory that is gone after it. What the directory itself fails with ends as a
 * result like anything else.
 *
 * @param parent where the directory is made; the system's own folder for temporary files where absent
 */
export async function runPrivately(
  context: Omit<RunContext, 'temporaryDirectory'>,
  parent?: string,
): Promise<Result | FailureResult> {
  const { inputs, redact, signal } = context
  try {
    const directory = createPrivateDirectory(parent)
    const saveState: RunContext['saveState'] = (state) =>
      context.saveState({ ...state, files: [directory.path] })
    try {
      saveState({})
      return await run({ ...context, temporaryDirectory: directory.path, saveState })
    } finally {
      directory.remove()
    }
  } catch (error) {
    return describeFailure(inputs.command, error, redact, signal.aborted)
  }
}
