import { formatDuration } from '../domain/format-duration.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { type ConditionVerdict, probeConditions } from './conditions.ts'
import type { Purpose } from './object-store.ts'
import { findOut, ok, type ProbeFinding, type ProbeVerdict } from './probe-finding.ts'

const racers = 8
const attempts = 2
/** Beyond this, rotation is frozen and signatures come near to being refused. */
const skewMaxMs = 5 * 60_000

/** What providers differ in: conditions, uploads in parts, clocks, rules of their own. */
export async function probeFeatures(
  world: CatalogWorld,
  newKey: () => string,
  level: 'quick' | 'full',
  signal?: AbortSignal,
): Promise<readonly ProbeFinding[]> {
  const why = (doing: string): Purpose => ({ stage: 'check', doing, signal, attempts })
  const findings = [
    await findOut('bucket: conditional writes', async () =>
      judge(await probeConditions(world, why('probe conditional writes'))),
    ),
  ]
  if (level === 'full') {
    findings.push(
      await findOut('bucket: race', () => race(world, newKey(), why('race for an object'))),
    )
  }
  findings.push(
    await findOut('bucket: multipart upload', () =>
      multipart(world, newKey(), why('upload in parts')),
    ),
    await findOut('bucket: clock', async () => clock(world)),
    await findOut('bucket: unfinished uploads', () => expiry(world, why('read the rules'))),
  )
  return findings
}

function judge(verdict: ConditionVerdict): ProbeVerdict {
  switch (verdict) {
    case 'honoured':
      return ok('Conditional writes are honoured')
    case 'refused':
      return {
        state: 'ok',
        text: 'Conditional writes are refused: there is no manifest, the records alone serve',
        advice: 'Give every workflow that writes here the same "concurrency" group.',
      }
    case 'ignored':
      return {
        state: 'failed',
        text: 'Conditional writes are ignored: nothing keeps two writers apart',
        advice:
          'Backups work from the records alone; give every workflow that writes here the same "concurrency" group, or use another provider.',
      }
  }
}

async function race(world: CatalogWorld, key: string, purpose: Purpose): Promise<ProbeVerdict> {
  const outcomes = await Promise.all(
    Array.from({ length: racers }, (_, index) =>
      world.store.putIf(key, new TextEncoder().encode(`${index}`), { kind: 'absent' }, purpose),
    ),
  )
  const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length
  const winners = count('written')
  if (count('unsupported') > 0) return { state: 'unknown', text: 'Conditional writes are refused' }
  if (winners > 1) {
    return {
      state: 'failed',
      text: `${winners} of ${racers} racing writers were told that they had won`,
      advice: 'Conditional writes are not atomic here: never let two runs write at once.',
    }
  }
  if (winners === 1) return ok(`Of ${racers} racing writers exactly one won`)
  return { state: 'unknown', text: `None of ${racers} racing writers was told that it had won` }
}

async function multipart(
  { store }: CatalogWorld,
  key: string,
  purpose: Purpose,
): Promise<ProbeVerdict> {
  const uploadId = await store.startUpload(key, { nonce: 'probe' }, purpose)
  const upload = { key, uploadId }
  try {
    await store.putPart(upload, 1, new TextEncoder().encode('probe'), purpose)
  } finally {
    await store.abortUpload(upload, { ...purpose, signal: undefined })
  }
  if ((await store.head(key, purpose)) === undefined) {
    return ok('An upload in parts could be begun and aborted')
  }
  return {
    state: 'failed',
    text: 'An aborted upload left an object',
    advice: 'Ask the provider: an upload that was aborted must not become an object.',
  }
}

function clock({ serverClock }: CatalogWorld): ProbeVerdict {
  const skewMs = serverClock.skewMs()
  if (skewMs === undefined) return { state: 'unknown', text: 'The bucket does not tell its time' }
  const distance = formatDuration(Math.abs(skewMs))
  if (Math.abs(skewMs) <= skewMaxMs) return ok(`This machine's clock agrees (within ${distance})`)
  return {
    state: 'failed',
    text: `This machine's clock is ${distance} ${skewMs > 0 ? 'ahead of' : 'behind'} the bucket's`,
    advice: 'Set the clock of the machine that runs Strongroom.',
  }
}

async function expiry({ store, keys }: CatalogWorld, purpose: Purpose): Promise<ProbeVerdict> {
  const found = await store.uploadExpiry(keys.backups, purpose)
  switch (found.kind) {
    case 'days':
      return ok(`The bucket drops unfinished uploads after ${found.days} days`)
    case 'unknown':
      return {
        state: 'unknown',
        text: 'These credentials may not read the rules of the bucket',
        advice: 'Make sure that a lifecycle rule aborts incomplete multipart uploads.',
      }
    case 'never':
      return {
        state: 'unknown',
        text: 'No rule of the bucket drops unfinished uploads, which are billed until then',
        advice: 'Add a lifecycle rule with AbortIncompleteMultipartUpload of 7 days.',
      }
  }
}
