import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import { choosePartSize } from '../domain/part-size.ts'
import type {
  ClientFacts,
  Clock,
  CompressedStream,
  DumpOptions,
  Log,
  Random,
  ServerFacts,
  SourceDatabase,
  Streams,
  Vault,
} from './ports.ts'

interface TakeDumpDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly source: SourceDatabase
  readonly streams: Streams
}

interface TakeDumpRequest {
  readonly backup: Backup
  readonly server: ServerFacts
  readonly client: ClientFacts
  readonly dump: DumpOptions
  /** Told the upload before its first part is sent, so that whoever comes after can abort it. */
  readonly onUpload: (upload: { key: string; uploadId: string }) => Promise<void>
}

/** pg_dump, gzip, SHA-256 and the parts, streamed; then the record of what is now in the bucket. */
export async function takeDump(
  { clock, random, log, vault, keys, source, streams }: TakeDumpDependencies,
  { backup, server, client, dump, onUpload }: TakeDumpRequest,
  signal?: AbortSignal,
): Promise<BackupRecord> {
  const nonce = random.base32(16)
  const key = keys.bytes(backup.id, backup.filename)
  const session = source.dump(dump, signal)
  const compressed = streams.compress(session.chunks, {
    level: backup.compressionLevel,
    format: backup.format,
    ...(signal !== undefined && { signal }),
  })
  const stored = await vault.store(
    {
      key,
      metadata: { nonce, 'backup-id': backup.id },
      partSize: choosePartSize(server.sizeBytes),
      onStarted: (uploadId) => onUpload({ key, uploadId }),
      ...(signal !== undefined && { signal }),
    },
    reportProgress(compressed, server.sizeBytes, log),
  )
  const totals = compressed.totals()
  if (stored.size !== totals.storedSize) {
    throw new Failure({
      code: 'upload_failed',
      stage: 'upload',
      message: `Cannot store the backup: the bucket holds ${stored.size} bytes, expected ${totals.storedSize}`,
      hint: 'Run the backup again; if this repeats, the bucket or a proxy before it changes what it is sent.',
    })
  }
  const now = clock.now()
  const { upload: _upload, staleAfter: _staleAfter, ...entry } = backup
  return {
    ...entry,
    version: 1,
    status: 'COMPLETED',
    completedAt: now.toISOString(),
    fileSize: stored.size,
    checksum: totals.checksum,
    rawSize: totals.rawSize,
    durationMs: now.getTime() - Date.parse(backup.startedAt),
    serverVersion: server.version,
    ...(totals.tables !== undefined && { tables: { ...totals.tables } }),
    nonce,
    pgDumpVersion: client.version,
    encoding: server.encoding,
    collate: server.collate,
    ctype: server.ctype,
    extensions: server.extensions.map(({ name, version }) => ({ name, version })),
    largeObjects: server.largeObjects,
    warnings: [...session.warnings()],
  }
}

async function* reportProgress(
  compressed: CompressedStream,
  totalBytes: number,
  log: Log,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of compressed.chunks) {
    const { rawBytes, storedBytes } = compressed.progress()
    log.progress({ stage: 'dump', doneBytes: rawBytes, storedBytes, totalBytes })
    yield chunk
  }
}
