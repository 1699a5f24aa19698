import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from '@aws-sdk/client-s3'
import type { ObjectStore, Purpose, UploadExpiry } from './object-store.ts'
import { retried, type S3World } from './s3-world.ts'

const attemptsMax = 3
/** What R2 does without any rule (Cloudflare, "Object lifecycles": multipart uploads expire in 7 days). */
const r2DaysDefault = 7

/** What the bucket's own rules do about uploads that were never completed. */
export function createLifecycle(world: S3World): Pick<ObjectStore, 'uploadExpiry'> {
  return { uploadExpiry: (prefix, purpose) => readExpiry(world, prefix, purpose) }
}

async function readExpiry(world: S3World, prefix: string, purpose: Purpose): Promise<UploadExpiry> {
  const isR2 = world.addressing.host.endsWith('.r2.cloudflarestorage.com')
  const input = { Bucket: world.bucket }
  const sent = await retried(world, purpose, attemptsMax, (options) =>
    world.client.send(new GetBucketLifecycleConfigurationCommand(input), options),
  )
  const days = sent.kind === 'answered' ? shortestDays(sent.answer.Rules ?? [], prefix) : undefined
  if (days !== undefined) return { kind: 'days', days }
  if (isR2) return { kind: 'days', days: r2DaysDefault }
  if (sent.kind === 'fault' && sent.fault.code !== 'NoSuchLifecycleConfiguration') {
    return { kind: 'unknown' }
  }
  return { kind: 'never' }
}

function shortestDays(rules: readonly LifecycleRule[], prefix: string): number | undefined {
  const days = rules
    .filter((rule) => rule.Status === 'Enabled' && covers(rule, prefix))
    .map((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation)
    .filter((value) => value !== undefined)
  return days.length === 0 ? undefined : Math.min(...days)
}

/** Rules by tag or size never apply to unfinished uploads. */
function covers({ Filter, Prefix }: LifecycleRule, prefix: string): boolean {
  if (Filter?.Tag !== undefined || Filter?.And !== undefined) return false
  return prefix.startsWith(Filter?.Prefix ?? Prefix ?? '')
}
