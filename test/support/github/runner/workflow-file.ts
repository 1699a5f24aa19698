import { z } from 'zod'

/*
 * The part of GitHub's workflow syntax that the fake carries out. Anything else in a file fails its run and the
 * test: nothing is passed over in silence.
 */

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const texts = z.record(z.string(), z.union([text, z.null().transform(() => '')]))
const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const concurrency = z.union([
  z.string().transform((group) => ({ group, 'cancel-in-progress': false, queue: 'single' })),
  z.strictObject({
    group: z.string(),
    'cancel-in-progress': z.union([z.boolean(), z.string()]).default(false),
    queue: z.enum(['single', 'max']).default('single'),
  }),
])

const anyStep = {
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  env: texts.default({}),
  'continue-on-error': z.boolean().default(false),
}
const stepSchema = z.union([
  z.strictObject({ ...anyStep, uses: z.string(), with: texts.default({}) }),
  z.strictObject({ ...anyStep, run: z.string() }),
])

const jobSchema = z.strictObject({
  name: z.string().optional(),
  'runs-on': z.string(),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  if: z.union([z.string(), z.boolean()]).optional(),
  environment: z
    .union([z.string(), z.strictObject({ name: z.string() }).transform((one) => one.name)])
    .optional(),
  permissions: permissions.optional(),
  concurrency: concurrency.optional(),
  outputs: texts.default({}),
  env: texts.default({}),
  'timeout-minutes': z.union([z.number(), z.string()]).default(360),
  steps: z.array(stepSchema).min(1),
})

/** A workflow as its file says it. */
export const workflowFileSchema = z.strictObject({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  on: z.unknown(),
  permissions: permissions.optional(),
  concurrency: concurrency.optional(),
  env: texts.default({}),
  jobs: z.record(z.string(), jobSchema),
})

export type WorkflowFile = z.infer<typeof workflowFileSchema>
export type JobFile = z.infer<typeof jobSchema>
export type StepFile = z.infer<typeof stepSchema>
export type ConcurrencyFile = z.infer<typeof concurrency>
