import { type BackupRecord, backupRecordSchema } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import type { Purpose } from './object-store.ts'
import { writeJson } from './read-json.ts'
import { readRecord } from './records.ts'

type WriteRecordWorld = Omit<CatalogWorld, 'log' | 'serverClock'>

const attemptsMax = 6
const backOff = { baseMs: 200, maxMs: 5_000 }

/**
 * Writes a record, the commit point of its backup, and never over another one.
 *
 * Whatever the answer was, the record that lies there decides: with our nonce it is ours.
 *
 * @throws {Failure} `commit_failed` where another record lies there or none could be written;
 * what the bucket refuses for good as the bucket said it
 */
export async function writeRecord(
  world: WriteRecordWorld,
  record: BackupRecord,
  purpose: Purpose,
): Promise<void> {
  const bytes = writeJson(backupRecordSchema.parse(record))
  const { store, keys, conditions, clock, random } = world
  const isConditional = (await conditions.verdict(purpose)) === 'honoured'
  let cause: unknown
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (!isConditional && (await isThere(world, record, purpose))) return
    const outcome = isConditional
      ? await store.putIf(keys.record(record.id), bytes, { kind: 'absent' }, purpose)
      : await put(world, record.id, bytes, purpose)
    if (outcome.kind === 'written') return
    if (await isThere(world, record, purpose)) return
    if (outcome.kind === 'unknown') cause = outcome.failure
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
  throw new Failure({
    code: 'commit_failed',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the bucket confirmed none of ${attemptsMax} tries, expected the record of ${record.id} to be stored`,
    hint: 'The backup does not count. Run it again; "repair" reports the bytes that were left.',
    cause,
  })
}

async function put(
  { store, keys }: WriteRecordWorld,
  id: string,
  bytes: Uint8Array,
  purpose: Purpose,
): Promise<{ readonly kind: 'written' }> {
  await store.put(keys.record(id), bytes, purpose)
  return { kind: 'written' }
}

async function isThere(
  world: WriteRecordWorld,
  record: BackupRecord,
  purpose: Purpose,
): Promise<boolean> {
  const reading = await readRecord(world, record.id, purpose)
  if (reading.kind === 'missing') return false
  if (reading.kind === 'found' && reading.record.nonce === record.nonce) return true
  const what = reading.kind === 'found' ? 'another run has' : 'something unreadable has'
  throw new Failure({
    code: 'commit_failed',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: ${what} taken the place of the record of ${record.id}, expected it to be free`,
    hint: 'Nothing was overwritten. Run the backup again; it gets an id of its own.',
  })
}
