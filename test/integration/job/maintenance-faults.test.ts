import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cleanUp } from '../../../action/job/clean-up.ts'
import { deleteBackup } from '../../../action/job/delete-backup.ts'
import { repair } from '../../../action/job/repair.ts'
import type { FaultKind } from '../../support/s3-server/faults.ts'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'
import { type Contents, statusOf } from './invariants.ts'
import { keys, openScene, type Ports, retention, type Scene } from './scene.ts'
import { strikeEach, type Told } from './strike.ts'
import { createTemplate, type Template } from './template.ts'

const passing: readonly FaultKind[] = ['503', 'reset-after', 'flip']
const final: readonly FaultKind[] = ['denied', 'locked', 'refuse-conditions', 'truncate']
const lasting: readonly FaultKind[] = ['reset-after', 'denied']
const timeout = 900_000

let scene: Scene
let template: Template

beforeAll(async () => {
  scene = await openScene()
  template = await createTemplate(scene)
})

afterAll(() => scene?.close())

const actor = 'a test'
const jobs: Readonly<Record<string, (ports: Ports) => Promise<Told>>> = {
  'a clean-up': async (ports) => {
    const { ok, reasonCode, rotation } = await cleanUp(ports, { retention, dryRun: false, actor })
    return { ok, reasonCode: rotation.retained.length > 0 ? 'retained' : reasonCode }
  },
  'a deletion': (ports) =>
    deleteBackup(ports, { id: template.expired, force: false, dryRun: false, actor }),
  'a repair': (ports) => repair(ports, { dryRun: false, orphans: 'delete', actor }),
}

/** What a run left behind that was killed within its upload, and bytes whose record never came. */
async function addRemains(bucket: string): Promise<void> {
  const id = '20260102T000000Z-gone'
  const key = keys.bytes(id, `shop-daily-${id}.sql.gz`)
  const client = createSdkClient(scene.server)
  const started = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
  client.destroy()
  const peek = scene.server.peek(bucket)
  const old = new Date('2026-01-02T00:00:00.000Z')
  peek.setStartedAt(started.UploadId ?? '', old)
  await peek.write(key, 'bytes of nobody')
  peek.setModifiedAt(key, old)
}

function judge(name: string) {
  return ({ ok, reasonCode }: Told, contents: Contents): string[] => {
    const { expired, kept, committed } = template
    const { records } = contents
    const isGone = statusOf(contents, expired) === 'DELETED'
    const isRemoval = name !== 'a repair'
    const isTold = !ok || reasonCode !== 'completed'
    const claims: readonly (readonly [boolean, string])[] = [
      [statusOf(contents, kept) !== 'COMPLETED', 'an acknowledged backup is lost'],
      [statusOf(contents, committed) === 'FAILED', 'a committed backup is called FAILED'],
      [!records.has(committed) || !records.has(kept), 'a record is lost'],
      [!isRemoval && (isGone || !records.has(expired)), 'a repair has removed a backup'],
      [!isGone && !records.has(expired), 'a record went before its entry'],
      [isGone && records.has(expired) && !isTold, 'a tombstone stands over a record, unsaid'],
      [isRemoval && ok && reasonCode === 'completed' && !isGone, 'it said completed'],
    ]
    return claims.filter(([isUntrue]) => isUntrue).map(([, text]) => text)
  }
}

function judgeRepaired(_told: Told, contents: Contents): string[] {
  const { kept, committed, dead } = template
  const lost = [kept, committed].filter((id) => statusOf(contents, id) !== 'COMPLETED')
  const isDead = statusOf(contents, dead) === 'FAILED'
  return [...lost.map((id) => `${id} is lost`), ...(isDead ? [] : ['the dead one is not FAILED'])]
}

function strike(
  name: string,
  kind: FaultKind,
  times: number,
  mustPass: boolean,
): Promise<string[]> {
  const job = jobs[name]
  if (job === undefined) throw new Error(`There is no job ${name}`)
  return strikeEach({
    scene,
    snapshot: template.snapshot,
    kind,
    times,
    mustPass,
    prepare: addRemains,
    run: job,
    judge: judge(name),
    judgeRepaired,
  })
}

describe.concurrent.each(Object.keys(jobs))('%s', { timeout }, (name) => {
  test.each(passing)('rides out %s at any one request, and nothing is untrue', async (kind) => {
    expect(await strike(name, kind, 1, true)).toEqual([])
  })

  test.each(final)('tells the truth after %s at any request', async (kind) => {
    expect(await strike(name, kind, 1, false)).toEqual([])
  })

  test.each(lasting)('tells the truth while %s lasts from any request on', async (kind) => {
    expect(await strike(name, kind, Number.POSITIVE_INFINITY, false)).toEqual([])
  })
})
