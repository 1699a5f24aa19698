import type { Backup } from '../../../action/domain/backup.ts'
import { backUp } from '../../../action/job/back-up.ts'
import { recordBackup } from '../../../action/job/change-backup.ts'
import { type BucketSnapshot, saveBucket } from './bucket-snapshot.ts'
import { backUpRequest, dayMs, openPorts, type Scene } from './scene.ts'

/** A bucket as a run finds it, and what is in it. */
export interface Template {
  readonly snapshot: BucketSnapshot
  /** COMPLETED, and old enough for rotation to remove. */
  readonly expired: string
  /** COMPLETED yesterday: acknowledged, and never to be lost. */
  readonly kept: string
  /** Has record and bytes; its entry says IN_PROGRESS, since its run died before the last write. */
  readonly committed: string
  /** An entry that says IN_PROGRESS, and nothing else: its run died. */
  readonly dead: string
}

/** Makes the backups of a {@link Template} with the jobs themselves. */
export async function createTemplate(scene: Scene): Promise<Template> {
  const bucket = 'template'
  scene.server.createBucket(bucket)
  const expired = await make(scene, bucket, 40 * dayMs)
  const committed = await make(scene, bucket, 3 * dayMs)
  const kept = await make(scene, bucket, dayMs)
  const dead = '20260101T000000Z-dead'
  const ports = openPorts(scene, bucket)
  try {
    const { backups } = await ports.catalog.read()
    const lagging = backups.find(({ id }) => id === committed)
    if (lagging === undefined) throw new Error('The backup that is to lag is missing')
    await recordBackup(ports.catalog, unfinished(lagging, committed))
    await recordBackup(ports.catalog, unfinished(lagging, dead))
  } finally {
    ports.close()
  }
  const snapshot = await saveBucket(scene.server, bucket)
  return { snapshot, expired, kept, committed, dead }
}

async function make(scene: Scene, bucket: string, ageMs: number): Promise<string> {
  const ports = openPorts(scene, bucket, -ageMs)
  const { ok, backup } = await backUp(ports, backUpRequest())
  ports.close()
  if (!ok || backup === undefined) throw new Error('A backup of the template failed')
  return backup.id
}

/** The entry as a run leaves it that dies before it writes the index for the last time. */
function unfinished(backup: Backup, id: string): Backup {
  const { checksum: _checksum, completedAt: _completedAt, ...rest } = backup
  return {
    ...rest,
    id,
    status: 'IN_PROGRESS',
    fileSize: 0,
    staleAfter: new Date(Date.now() - dayMs).toISOString(),
    upload: { key: `strongroom/backups/${id}/${backup.filename}`, uploadId: 'gone' },
  }
}
