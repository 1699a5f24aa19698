import type { Stage } from '../domain/failure.ts'
import { formatDuration } from '../domain/format-duration.ts'
import { formatRate } from '../domain/format-rate.ts'
import { formatSize } from '../domain/format-size.ts'
import type { Progress } from '../job/ports.ts'

/** What people are told a stage does, in the form of "Dumping". */
const stageNames: Readonly<Record<Stage, string>> = {
  inputs: 'Reading inputs',
  client: 'Finding client programs',
  connect: 'Connecting',
  plan: 'Planning',
  manifest: 'Updating the manifest',
  dump: 'Dumping',
  compress: 'Compressing',
  upload: 'Uploading',
  commit: 'Committing',
  rotation: 'Rotating',
  download: 'Downloading',
  check: 'Checking',
  lease: 'Waiting for the lease',
  'safety-backup': 'Backing up the target',
  restore: 'Restoring',
  swap: 'Exchanging names',
  gate: 'Checking the approval',
  cancel: 'Cleaning up',
}

/** The name of a stage as logs show it. */
export function nameStage(stage: Stage): string {
  return stageNames[stage]
}

/** How much of the work is done, 0 to 1; undefined where the whole is unknown or was estimated low. */
export function measureShare(sample: Progress): number | undefined {
  const { doneBytes, totalBytes } = sample
  if (totalBytes === undefined || totalBytes <= 0 || doneBytes > totalBytes) return undefined
  return doneBytes / totalBytes
}

/**
 * One sample as a line: "Dumping: 1.2 GiB of about 4.0 GiB (30 %), 210 MiB stored, 55.3 MiB/s, 22 s".
 *
 * @param elapsedMs since the first sample of this stage
 */
export function describeProgress(sample: Progress, elapsedMs: number): string {
  const share = measureShare(sample)
  const done =
    share === undefined
      ? formatSize(sample.doneBytes)
      : `${formatSize(sample.doneBytes)} of about ${formatSize(sample.totalBytes ?? 0)} (${Math.floor(share * 100)} %)`
  const stored =
    sample.storedBytes === undefined ? [] : [`${formatSize(sample.storedBytes)} stored`]
  const rate = elapsedMs < 1000 ? [] : [formatRate(sample.doneBytes, elapsedMs)]
  return `${nameStage(sample.stage)}: ${[done, ...stored, ...rate, formatDuration(elapsedMs)].join(', ')}`
}
