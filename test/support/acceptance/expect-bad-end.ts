import { expect } from 'vitest'
import type { ReasonCode } from '../../../action/domain/reason-code.ts'
import { findLeaks, readMasks, type Secrets, withoutMasks } from './leaks.ts'
import type { StepEnd } from './run-step.ts'
import type { Bucket } from './start-world.ts'

interface BadEnd {
  readonly reasonCode: ReasonCode
  readonly message: RegExp
  /** What the bucket held before; all of it must still be there, untouched. */
  readonly before?: ReadonlyMap<string, string>
  readonly bucket?: Bucket
  readonly secrets: Secrets
}

/**
 * A failure as a user deserves it: one annotation with one clear sentence and a hint, exit code 1, outputs, summary
 * and result that agree; nothing lost, nothing half-written, nothing left behind, nothing given away.
 */
export async function expectBadEnd(end: StepEnd, expected: BadEnd): Promise<void> {
  const { result, stdout, stderr, summary } = end
  const shown = `${withoutMasks(stdout)}\n${stderr}`
  expect(result.reasonCode, shown).toBe(expected.reasonCode)
  expect(result.ok).toBe(false)
  expect(end.code).toBe(1)
  expect(end.outputs['reason-code']).toBe(expected.reasonCode)
  expect(result.message).toMatch(expected.message)
  for (const line of result.message.split('\n')) {
    expect(line).toMatch(/^Cannot .+: .+, expected [^.]*[^.]*/)
    expect(line).not.toMatch(/\.$/)
  }
  expect(result.hint, 'a hint').toBeTruthy()
  expect(stdout.match(/^::error /gm), shown).toHaveLength(1)
  expect(summary).not.toBe('')
  expect(shown, 'a stack trace').not.toMatch(/^\s+at .+:\d+:\d+/m)
  expect(end.outputs['status'] ?? '').not.toBe('COMPLETED')
  expect(end.leftovers).toEqual([])
  await expectNothingGivenAway(end, expected)
  if (expected.bucket !== undefined)
    await expectNothingHalfWritten(expected.bucket, expected.before)
}

/** No secret in anything that the step said or wrote, but in the masks, which come first. */
export async function expectNothingGivenAway(
  { stdout, stderr, outputs, summary, state }: StepEnd,
  { secrets, bucket }: Pick<BadEnd, 'secrets' | 'bucket'>,
): Promise<void> {
  const places = {
    stdout: withoutMasks(stdout),
    stderr,
    outputs: Object.values(outputs).join('\n'),
    summary,
    state: Object.values(state).join('\n'),
    bucket: bucket === undefined ? '' : (await bucket.everything()).toString('utf8'),
  }
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    findLeaks(secrets, text).map((leak) => `${place}: ${leak}`),
  )
  expect(leaks).toEqual([])
  expect(readMasks(stdout).comeFirst, stdout.slice(0, 300)).toBe(true)
}

async function expectNothingHalfWritten(
  bucket: Bucket,
  before: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  expect(bucket.peek.uploads()).toEqual([])
  const after = bucket.contents()
  const changing = ['strongroom/manifest.json']
  const lost = [...before].filter(
    ([key, etag]) => !changing.includes(key) && after.get(key) !== etag,
  )
  expect(lost, 'objects lost or changed').toEqual([])
  const added = [...after.keys()].filter((key) => !before.has(key))
  expect(
    added.filter((key) => /\/(backups|probe|quarantine)\//.test(key)),
    'objects half-written',
  ).toEqual([])
  if (!after.has('strongroom/manifest.json')) return
  const { backups } = await bucket.manifest()
  const unfinished = backups.filter(
    ({ status }) => status === 'PENDING' || status === 'IN_PROGRESS',
  )
  expect(unfinished, 'entries left open').toEqual([])
}
