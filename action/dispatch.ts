import type { Adapters } from './adapters.ts'
import { Failure } from './domain/failure.ts'
import type { Result } from './domain/result.ts'
import { runBackup } from './run-backup.ts'
import type { RunContext } from './run-context.ts'
import { runDoctor } from './run-doctor.ts'
import { runCleanup, runDelete, runList, runRepair, runVerify } from './run-maintenance.ts'
import { runPlan } from './run-plan.ts'
import { runRestore } from './run-restore.ts'

/** Starts the job that the inputs name. */
export async function dispatch(context: RunContext, adapters: Adapters): Promise<Result> {
  const { command } = context.inputs
  switch (command) {
    case 'backup':
      return await runBackup(context, adapters)
    case 'restore':
      return await runRestore(context, adapters)
    case 'list':
      return await runList(context, adapters)
    case 'cleanup':
      return await runCleanup(context, adapters)
    case 'delete':
      return await runDelete(context, adapters)
    case 'verify':
      return await runVerify(context, adapters)
    case 'repair':
      return await runRepair(context, adapters)
    case 'doctor':
      return await runDoctor(context, adapters)
    case 'plan':
      return await runPlan(context, adapters)
    case 'check':
    case 'pin':
    case 'unpin':
    case 'accept':
      // `requireInputs` has refused these before; this keeps the switch exhaustive.
      throw new Failure({
        code: 'not_available',
        stage: 'inputs',
        message: `Cannot run command "${command}": this version does not have it, expected another`,
      })
  }
}
