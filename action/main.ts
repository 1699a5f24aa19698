import { runInWorkflow } from './run-in-workflow.ts'

process.exitCode = await runInWorkflow(process.env)
