import type { Adapters } from './adapters.ts'
import { Failure } from './domain/failure.ts'
import type { Inputs } from './domain/inputs.ts'
import type { PlanResult } from './domain/result.ts'
import { type FreezeRequest, freezeRestore } from './job/freeze-restore.ts'
import type { RunContext } from './run-context.ts'

/** `command: plan`. Input `plan` says which command it is made for: `restore` (or empty) or `delete`. */
export async function runPlan(context: RunContext, adapters: Adapters): Promise<PlanResult> {
  const { inputs, facts, signal } = context
  const { runId, repository } = facts
  if (runId === undefined || repository === undefined) {
    throw new Failure({
      code: 'invalid_input',
      stage: 'plan',
      message: 'Cannot freeze the plan: this is no run of GitHub Actions, expected one',
      hint: 'A plan belongs to the run whose approval it waits for. At a terminal, use "--dry-run".',
    })
  }
  const { catalog } = adapters.bucket()
  return await freezeRestore(
    { catalog, clock: adapters.clock },
    {
      wanted: inputs.backupId ?? '',
      ...(inputs.filterType !== undefined && { type: inputs.filterType }),
      action: readAction(inputs),
      requestedBy: {
        ...(inputs.requestedBy !== undefined && { login: inputs.requestedBy }),
        ...(inputs.requestedById !== undefined && { id: inputs.requestedById }),
      },
      ...(inputs.requestId !== undefined && { requestId: inputs.requestId }),
      runId,
      repository,
    },
    signal,
  )
}

function readAction(inputs: Inputs): FreezeRequest['action'] {
  const command = inputs.plan ?? 'restore'
  if (command === 'delete') return { command }
  if (command === 'restore') {
    const { restoreMode: mode } = inputs
    const target = mode === 'new-database' ? inputs.restoreDatabase : inputs.confirm
    return { command, mode, ...(target !== undefined && { target }) }
  }
  throw new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message:
      'Cannot read input "plan": it names no command to plan, expected "restore" or "delete"',
  })
}
