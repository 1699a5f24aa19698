import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '../..')

/** Where this Action will live is the reader's to say; examples/README.md does. */
export const placeholder = 'your-org/strongroom@v0.1.0'
export const botPlaceholder = 'your-org/strongroom/bot@v0.1.0'
/** What stands for this Action: the placeholder in examples, the checkout here. */
export const ours = [placeholder, './']

const stepSchema = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const workflowSchema = z.looseObject({
  permissions: z.unknown(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      permissions: z.unknown().optional(),
      environment: z.string().optional(),
      concurrency: z.unknown().optional(),
      if: z.string().optional(),
      steps: z.array(stepSchema),
      outputs: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

/** A workflow of this repository, or one to be copied. */
export interface WorkflowFile {
  readonly path: string
  readonly text: string
  readonly workflow: z.infer<typeof workflowSchema>
  readonly steps: readonly z.infer<typeof stepSchema>[]
}

/** Every workflow of `.github/workflows` and `examples`, by path. */
export async function readWorkflows(): Promise<readonly WorkflowFile[]> {
  const paths = await Array.fromAsync(
    glob(['.github/workflows/*.yml', 'examples/*.yml'], { cwd: root }),
  )
  return await Promise.all(
    paths.toSorted().map(async (path) => {
      const text = await readFile(join(root, path), 'utf8')
      const workflow = workflowSchema.parse(parse(text))
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
      return { path, text, workflow, steps }
    }),
  )
}

/** A job as a workflow file has it. */
export type Job = z.infer<typeof workflowSchema>['jobs'][string]

/** The jobs of a workflow, each made into something else. */
export function mapJobs(workflow: WorkflowFile['workflow'], map: (job: Job) => unknown) {
  return Object.fromEntries(Object.entries(workflow.jobs).map(([name, job]) => [name, map(job)]))
}
