import { finishWorkflow } from './finish-workflow.ts'

process.exitCode = await finishWorkflow(process.env)
