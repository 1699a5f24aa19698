import type { BackupRecord } from '../domain/backup-record.ts'
import type { LoadRequest, RestoreTarget, SpooledBackup, Streams } from './ports.ts'

interface LoadDependencies {
  readonly streams: Streams
  readonly target: RestoreTarget
}

/** What is loaded, and how: the bytes are already checked against the record. */
export interface BackupLoad
  extends Omit<LoadRequest, 'format' | 'open' | 'totalBytes' | 'copies' | 'blocks'> {
  readonly record: BackupRecord
  readonly spooled: SpooledBackup
}

/** Loads proven bytes into a database; the target has them decompressed for as many readers as it needs. */
export async function loadBackup(
  { streams, target }: LoadDependencies,
  { record, spooled, ...request }: BackupLoad,
  signal?: AbortSignal,
): Promise<void> {
  const { file, inspection } = spooled
  const { rawSize: totalBytes, copies, blocks } = inspection
  const open = (stop?: AbortSignal) => streams.expand(file, stop)
  const found = { format: record.format, totalBytes, copies, blocks }
  await target.load({ ...request, ...found, open }, signal)
}
