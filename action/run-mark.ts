import type { Adapters } from './adapters.ts'
import { describeRequester } from './describe-run.ts'
import type { MarkCommand } from './domain/mark-backup.ts'
import type { MarkResult } from './domain/result.ts'
import { mark } from './job/mark.ts'
import type { RunContext } from './run-context.ts'

/** `command: pin`, `unpin` and `accept`. */
export async function runMark(
  command: MarkCommand,
  { inputs, facts, signal }: RunContext,
  adapters: Adapters,
): Promise<MarkResult> {
  const { catalog } = adapters.bucket()
  return await mark(
    { catalog, clock: adapters.clock },
    { ...describeRequester(inputs, facts), command, wanted: inputs.backupId ?? '' },
    signal,
  )
}
