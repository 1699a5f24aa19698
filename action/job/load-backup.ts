import type { BackupRecord } from '../domain/backup-record.ts'
import type { LoadRequest, Log, RestoreTarget, SpooledFile, Streams } from './ports.ts'
import { withProgress } from './with-progress.ts'

interface LoadDependencies {
  readonly streams: Streams
  readonly target: RestoreTarget
  readonly log: Log
}

/** What is loaded, and how: the bytes are already checked against the record. */
export interface BackupLoad extends Omit<LoadRequest, 'format' | 'source' | 'archivePath'> {
  readonly record: BackupRecord
  readonly file: SpooledFile
}

/** Loads proven bytes into a database: a plain dump as a stream, an archive as a file beside them. */
export async function loadBackup(
  { streams, target, log }: LoadDependencies,
  { record, file, ...request }: BackupLoad,
  signal?: AbortSignal,
): Promise<void> {
  if (record.format === 'custom') {
    const archive = await streams.expandToFile(file, signal)
    await target.load({ ...request, format: 'custom', archivePath: archive.path }, signal)
    return
  }
  const dump = streams.expand(file, signal)
  const source = withProgress(dump, log, { stage: 'restore', totalBytes: record.rawSize })
  await target.load({ ...request, format: 'plain', source }, signal)
}
