import type { Adapters } from './adapters.ts'
import type { Result } from './domain/result.ts'
import { runBackup } from './run-backup.ts'
import { runCheck } from './run-check.ts'
import type { RunContext } from './run-context.ts'
import { runDoctor } from './run-doctor.ts'
import { runCleanup, runDelete, runList, runRepair, runVerify } from './run-maintenance.ts'
import { runMark } from './run-mark.ts'
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
      return await runCheck(context, adapters)
    case 'pin':
    case 'unpin':
    case 'accept':
      return await runMark(command, context, adapters)
  }
}
