import type { BackUpRequest } from '../../../action/job/back-up.ts'

/** A backup of everything in "shop", with `changes`. */
export function backUpRequest(changes: Partial<BackUpRequest> = {}): BackUpRequest {
  return {
    database: 'shop',
    type: 'DAILY',
    event: 'terminal',
    format: 'plain',
    compressionLevel: 9,
    totalTimeoutMs: 3_600_000,
    overlap: 'refuse',
    requestedBy: 'ada',
    dump: {
      format: 'plain',
      schemas: [],
      excludeSchemas: [],
      tables: [],
      excludeTables: [],
      excludeTableData: [],
      lockTimeoutMs: 60_000,
      silenceTimeoutMs: 60_000,
      totalTimeoutMs: 3_600_000,
    },
    ...changes,
  }
}
