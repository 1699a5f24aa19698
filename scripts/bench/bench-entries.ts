import { createHash } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { createBackupFilename } from '../../action/domain/backup-filename.ts'
import { createBackupId } from '../../action/domain/backup-id.ts'
import type { BackupRecord } from '../../action/domain/backup-record.ts'
import { createObjectKeys } from '../../action/domain/object-keys.ts'
import type { BenchOptions } from './bench-options.ts'
import { createStore } from './create-store.ts'
import { measure } from './measure.ts'
import type { World } from './open-world.ts'
import { actionLine } from './run-action.ts'
import { median, show, table } from './statistics.ts'

const entryCount = 10_000
/** So many objects are seeded at a time. */
const putsMax = 16

/** list, cleanup and repair over a manifest with ten thousand entries. */
export async function benchEntries(world: World, { runs }: BenchOptions): Promise<string> {
  await seedRecords(world)
  const rebuild = await measure(actionLine(world, { command: 'repair' }), world.env)
  const rows: string[][] = [['repair that rebuilds the manifest', show(rebuild.wallSeconds)]]
  const commands = {
    'list, first page': { command: 'list' },
    'list, filtered, page 40': { command: 'list', 'filter-type': 'DAILY', page: '40' },
    'cleanup, dry run': { command: 'cleanup', 'dry-run': 'true' },
    'repair that finds nothing': { command: 'repair' },
  }
  for (const [name, inputs] of Object.entries(commands)) {
    const walls: number[] = []
    for (let run = 0; run < runs; run += 1) {
      walls.push((await measure(actionLine(world, inputs), world.env)).wallSeconds)
    }
    rows.push([name, show(median(walls))])
  }
  return [
    `## ${entryCount.toLocaleString('en')} entries`,
    `Whole commands, process start included, medians of ${runs} runs. A list is to take less than 1 s.`,
    table(['Command', 'Wall, s'], rows),
  ].join('\n\n')
}

async function seedRecords(world: World): Promise<void> {
  const store = createStore(world)
  const { bucket } = world
  const keys = createObjectKeys('strongroom')
  const body = Buffer.from('not a dump: only its size and name matter here')
  const put = (Key: string, Body: Buffer | string) =>
    store.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
  let next = 0
  const work = async () => {
    for (let n = next++; n < entryCount; n = next++) {
      const record = makeRecord(n, body)
      await put(keys.bytes(record.id, record.filename), body)
      await put(keys.record(record.id), JSON.stringify(record))
    }
  }
  await Promise.all(Array.from({ length: putsMax }, work))
}

function makeRecord(n: number, body: Buffer): BackupRecord {
  const at = new Date(Date.now() - n * 3_600_000)
  const type = (['DAILY', 'WEEKLY', 'MONTHLY', 'MANUAL'] as const)[n % 4] ?? 'DAILY'
  const suffix = Array.from({ length: 4 }, (_, i) => 'abcdefghijklmnop'[(n >> (4 * i)) & 15])
  const id = createBackupId(at, suffix.join(''))
  const filename = createBackupFilename({ database: 'bench', type, id, format: 'plain' })
  const instant = at.toISOString()
  return {
    version: 1,
    id,
    filename,
    fileUrl: `s3://bench/strongroom/backups/${id}/${filename}`,
    fileSize: body.length,
    type,
    status: 'COMPLETED',
    createdAt: instant,
    startedAt: instant,
    completedAt: instant,
    checksum: createHash('sha256').update(body).digest('hex'),
    database: 'bench',
    serverVersion: '15.20',
    format: 'plain',
    compression: 'gzip',
    compressionLevel: 9,
    rawSize: 1000,
    nonce: `nonce${n}abcdefgh`,
    pgDumpVersion: '15.20',
    encoding: 'UTF8',
    extensions: [],
    largeObjects: false,
    warnings: [],
  }
}
