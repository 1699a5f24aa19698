import { Ajv } from 'ajv'
import { z } from 'zod'
import { auditEntrySchema } from '../../../action/domain/audit-entry.ts'
import { backupSchema } from '../../../action/domain/backup.ts'
import { manifestSchema } from '../../../action/domain/manifest.ts'
import { reasonCodes } from '../../../action/domain/reason-code.ts'
import { renderWebhook } from '../../../action/domain/render-webhook.ts'
import { manifestJsonSchema } from '../../../scripts/json-schemas.ts'
import { failedNotice } from '../notify/sample-notices.ts'

/** What a JSON block may illustrate, known by a key that only it has. */
const judges: Readonly<Record<string, (value: unknown) => readonly string[]>> = {
  backups: judgeManifest,
  outcome: judgeAudit,
  event: judgeWebhook,
  Rules: (value) => explain(lifecycleSchema.safeParse(value)),
  Statement: (value) => explain(policySchema.safeParse(value)),
  Effect: (value) => explain(statementSchema.safeParse(value)),
}

/** What is wrong with a JSON block as what it illustrates. */
export function judgeJson(code: string): readonly string[] {
  const value: unknown = JSON.parse(code)
  const keys = Object.keys(z.record(z.string(), z.unknown()).parse(value))
  const [judge] = Object.entries(judges).flatMap(([key, each]) => (keys.includes(key) ? each : []))
  return judge?.(value) ?? [`nobody knows what it is, by ${keys.join(', ')}`]
}

const isManifest = new Ajv({ validateFormats: false, unicodeRegExp: true }).compile(
  JSON.parse(manifestJsonSchema()),
)

function judgeManifest(value: unknown): readonly string[] {
  const problems = isManifest(value) ? [] : [JSON.stringify(isManifest.errors)]
  const read = manifestSchema.safeParse(value)
  const entries = read.data?.backups ?? []
  return [
    ...problems,
    ...explain(read),
    ...entries.flatMap((entry) => unknownKeys(entry, backupSchema)),
  ]
}

const knownAuditSchema = auditEntrySchema.extend({ outcome: z.enum(reasonCodes) })

function judgeAudit(value: unknown): readonly string[] {
  const read = knownAuditSchema.safeParse(value)
  return [...explain(read), ...unknownKeys(read.data ?? {}, auditEntrySchema)]
}

/** Such a body has the keys of one that is sent. */
function judgeWebhook(value: unknown): readonly string[] {
  const [shown, sent] = [value, JSON.parse(renderWebhook(failedNotice, '{}'))].map(describeKeys)
  return shown === sent ? [] : [`it has ${shown}, expected ${sent}`]
}

function describeKeys(value: unknown): string {
  return Object.entries(value ?? {})
    .map(([key, each]) => `${key} (${Array.isArray(each) ? 'list' : typeof each})`)
    .toSorted()
    .join(', ')
}

const lifecycleSchema = z.strictObject({
  Rules: z.array(
    z.strictObject({
      ID: z.string(),
      Status: z.literal('Enabled'),
      Filter: z.strictObject({}),
      AbortIncompleteMultipartUpload: z
        .strictObject({ DaysAfterInitiation: z.int().positive() })
        .optional(),
      NoncurrentVersionExpiration: z
        .strictObject({ NoncurrentDays: z.int().positive() })
        .optional(),
    }),
  ),
})

const action = z.string().regex(/^(?:s3|sts):[A-Za-z]+$/)
const resource = z.string().startsWith('arn:aws:s3:::')

/** A statement of AWS: for an identity what it may, or for a role who may take it. */
const statementSchema = z.strictObject({
  Effect: z.literal('Allow'),
  Principal: z.strictObject({ Federated: z.string().startsWith('arn:aws:iam::') }).optional(),
  Action: z.union([action, z.array(action)]),
  Resource: z.union([resource, z.array(resource)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
})

const policySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statementSchema),
})

function explain(read: z.ZodSafeParseResult<unknown>): readonly string[] {
  return read.success ? [] : [z.prettifyError(read.error)]
}

function unknownKeys(value: object, { shape }: z.ZodObject): readonly string[] {
  return Object.keys(value)
    .filter((key) => !(key in shape))
    .map((key) => `nobody writes ${key}`)
}
