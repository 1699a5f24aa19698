import { z } from 'zod'
import { type Backup, checksumSchema, instantSchema } from './backup.ts'
import { backupIdPattern } from './backup-id.ts'
import { Failure } from './failure.ts'

/** Longest text that is looked at as a plan. */
export const planCharactersMax = 16_384

const nameSchema = z.string().min(1).max(1024)

const shared = {
  version: z.literal(1),
  backupId: z.string().regex(backupIdPattern),
  /** The object's key in the bucket. Not its URL: a bucket's name may be masked, and GitHub drops outputs that hold masked text. */
  key: nameSchema,
  /** The database that was backed up. */
  database: nameSchema,
  /** Who asked, by the inputs' word. */
  requestedBy: z.strictObject({
    login: z.string().min(1).max(100).optional(),
    id: z.int().positive().optional(),
  }),
  requestId: z.string().min(1).max(200).optional(),
  runId: z.string().regex(/^[1-9]\d{0,19}$/),
  /** "owner/name". */
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  createdAt: instantSchema,
}

/**
 * What the approvers agreed to, resolved once: the gated job carries out this and never reads "latest"
 * again. `checksum` is the SHA-256 of the stored bytes, so that the approval is bound to data and not
 * to a name. Unknown keys are refused, because a plan lives for one run of one version.
 */
export const frozenPlanSchema = z.discriminatedUnion('command', [
  z.strictObject({
    ...shared,
    command: z.literal('restore'),
    size: z.int().positive(),
    checksum: checksumSchema,
    /** Name of the database that the data ends up in. Never a URL. */
    target: nameSchema,
    mode: z.enum(['swap', 'new-database', 'in-place']),
  }),
  z.strictObject({
    ...shared,
    command: z.literal('delete'),
    /** 0 and no checksum where a backup failed. */
    size: z.int().nonnegative(),
    checksum: checksumSchema.optional(),
  }),
])

export type FrozenPlan = z.infer<typeof frozenPlanSchema>

/** What a plan is frozen from. */
export interface PlanFacts {
  readonly backup: Pick<Backup, 'id' | 'fileUrl' | 'fileSize' | 'checksum' | 'database' | 'status'>
  readonly action:
    | {
        readonly command: 'restore'
        readonly target: string
        readonly mode: 'swap' | 'new-database' | 'in-place'
      }
    | { readonly command: 'delete' }
  readonly requestedBy: FrozenPlan['requestedBy']
  readonly requestId?: string | undefined
  readonly runId: string
  readonly repository: string
  readonly now: Date
}

/**
 * The plan for one backup.
 *
 * @throws {@link Failure} `backup_not_completed` where there is nothing whole to restore,
 *   `invalid_input` where a fact cannot stand in a plan
 */
export function freezePlan(facts: PlanFacts): FrozenPlan {
  const { backup, action } = facts
  if (action.command === 'restore' && backup.status !== 'COMPLETED') {
    throw new Failure({
      code: 'backup_not_completed',
      stage: 'plan',
      message: `Cannot freeze the plan: the backup is ${backup.status}, expected COMPLETED`,
      hint: 'Choose a COMPLETED backup from the list.',
    })
  }
  const parsed = frozenPlanSchema.safeParse({
    ...action,
    version: 1,
    backupId: backup.id,
    key: keyOf(backup.fileUrl),
    size: backup.fileSize,
    checksum: backup.checksum,
    database: backup.database,
    requestedBy: facts.requestedBy,
    requestId: facts.requestId,
    runId: facts.runId,
    repository: facts.repository,
    createdAt: facts.now.toISOString(),
  })
  if (parsed.success) return parsed.data
  throw new Failure({
    code: 'invalid_input',
    stage: 'plan',
    message: `Cannot freeze the plan: ${fieldsOf(parsed.error)} not usable, expected the facts of a workflow run and a backup`,
    hint: 'Run `command: plan` inside a GitHub workflow, for a backup of the list.',
  })
}

/** The key within `s3://bucket/key`; empty where there is none. */
export function keyOf(fileUrl: string): string {
  return /^s3:\/\/[^/]+\/(.+)$/s.exec(fileUrl)?.[1] ?? ''
}

/** One line of JSON with sorted keys: the same plan is always the same text. */
export function serialiseFrozenPlan(plan: FrozenPlan): string {
  return JSON.stringify(plan, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

/**
 * The plan within the text that the plan's job handed on.
 *
 * @throws {@link Failure} `gate_refused` where there is no text (GitHub drops an output that holds
 *   masked text, in silence), `invalid_input` where it is not a plan of this version
 */
export function parseFrozenPlan(text: string): FrozenPlan {
  if (text.trim() === '') {
    throw new Failure({
      code: 'gate_refused',
      stage: 'gate',
      message: 'Cannot open the gate: there is no plan, expected the output of `command: plan`',
      hint: 'Pass the plan of the earlier job on; GitHub drops an output in which it sees a masked value.',
    })
  }
  const parsed = frozenPlanSchema.safeParse(
    text.length > planCharactersMax ? undefined : read(text),
  )
  if (parsed.success) return parsed.data
  throw new Failure({
    code: 'invalid_input',
    stage: 'gate',
    message: `Cannot read the plan: ${fieldsOf(parsed.error)} not as expected, expected the output of \`command: plan\``,
    hint: 'Pass the output on as it is, from the same version of this Action in the same run.',
  })
}

/** Undefined, which no schema here admits, where the text is not JSON. */
function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Names of the fields at fault, never their values. */
function fieldsOf(error: z.ZodError): string {
  const names = new Set(error.issues.map((issue) => issue.path.join('.') || 'the text'))
  return `${[...names].map((name) => (name === 'the text' ? name : `"${name}"`)).join(', ')} is`
}
