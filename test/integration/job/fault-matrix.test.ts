import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUpAndRotate } from '../../../action/job/back-up-and-rotate.ts'
import type { FaultKind } from '../../support/s3-server/faults.ts'
import { type Contents, statusOf } from './invariants.ts'
import { backUpRequest, openScene, retention, type Scene } from './scene.ts'
import { strikeEach, type Told } from './strike.ts'
import { createTemplate, type Template } from './template.ts'

/** Faults after which a bucket goes on as if nothing had been: a run must ride out one of them. */
const passing: readonly FaultKind[] = [
  '503',
  'reset-before',
  'reset-after',
  'hang',
  'hang-after',
  '200-error',
  '200-error-after',
  'flip',
  'truncate',
  'conflict',
]
/** Faults that may end a run, but must not make it lie. */
const final: readonly FaultKind[] = [
  'shorten',
  'denied',
  'expired',
  'locked',
  'refuse-conditions',
  'ignore-conditions',
]
/** Faults from which a bucket does not recover while the run lasts. */
const lasting: readonly FaultKind[] = ['503', 'reset-after', 'denied']
/** Hundreds of runs a test: no bound for them, only an end for one that hangs. */
const timeout = 900_000

let scene: Scene
let template: Template

beforeAll(async () => {
  scene = await openScene()
  template = await createTemplate(scene)
})

afterAll(() => scene?.close())

/** Ends that say themselves that the record is, or may be, there. */
const committedCodes = ['committed_index_stale', 'commit_failed', 'rotation_failed']

function judge({ ok, reasonCode }: Told, contents: Contents): string[] {
  const { expired, kept, committed } = template
  const { records } = contents
  const made = [...records.keys()].filter((id) => ![expired, kept, committed].includes(id))
  const isGone = statusOf(contents, expired) === 'DELETED'
  const claims: readonly (readonly [boolean, string])[] = [
    [ok && made.length !== 1, 'it said ok and there is no record'],
    [!ok && made.length > 0 && !committedCodes.includes(reasonCode), 'a record was left unsaid'],
    [statusOf(contents, kept) !== 'COMPLETED', 'an acknowledged backup is lost'],
    [statusOf(contents, committed) === 'FAILED', 'a committed backup is called FAILED'],
    [!records.has(committed) || !records.has(kept), 'a record is lost'],
    [!isGone && !records.has(expired), 'a record went before its entry'],
    [isGone && made.length === 0, 'it rotated after a backup that failed'],
  ]
  return claims.filter(([isUntrue]) => isUntrue).map(([, text]) => text)
}

function judgeRepaired({ ok }: Told, contents: Contents): string[] {
  const { expired, kept, committed, dead } = template
  const lost = [kept, committed].filter((id) => statusOf(contents, id) !== 'COMPLETED')
  const made = [...contents.records.keys()].filter((id) => ![expired, kept, committed].includes(id))
  return [
    ...lost.map((id) => `${id} is lost`),
    ...(statusOf(contents, dead) === 'FAILED' ? [] : ['the dead backup is not FAILED']),
    ...(ok && made.length !== 1 ? ['the new backup is lost'] : []),
  ]
}

function strike(kind: FaultKind, times: number, mustPass: boolean): Promise<string[]> {
  return strikeEach({
    scene,
    snapshot: template.snapshot,
    kind,
    times,
    mustPass,
    run: (ports) => backUpAndRotate(ports, { ...backUpRequest(), retention }),
    judge,
    judgeRepaired,
  })
}

describe.concurrent('a nightly run, its n-th request struck once', { timeout }, () => {
  test.each(passing)('rides out %s at any request, and nothing is untrue', async (kind) => {
    expect(await strike(kind, 1, true)).toEqual([])
  })

  test.each(final)('tells the truth after %s at any request', async (kind) => {
    expect(await strike(kind, 1, false)).toEqual([])
  })
})

describe.concurrent('a nightly run whose n-th and all later requests are struck', {
  timeout,
}, () => {
  test.each(lasting)('tells the truth while %s lasts', async (kind) => {
    expect(await strike(kind, Number.POSITIVE_INFINITY, false)).toEqual([])
  })
})
