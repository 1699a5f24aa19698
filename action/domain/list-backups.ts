import type { Backup, BackupStatus, BackupType } from './backup.ts'
import { Failure } from './failure.ts'
import { sortNewestFirst } from './newest-first.ts'

const perPageMax = 1000

/** Which backups are wanted, and which page of them. */
export interface ListQuery {
  readonly type?: BackupType
  readonly status?: BackupStatus
  /** DELETED entries too, where `status` does not ask for them. */
  readonly all?: boolean
  /** From 1. */
  readonly page: number
  /** 1 to 1,000. */
  readonly perPage: number
}

/** One page, newest first. `pages` is at least 1; a page beyond it is empty. */
export interface ListPage {
  readonly backups: readonly Backup[]
  readonly page: number
  readonly perPage: number
  readonly pages: number
  /** Entries that the filter admits. */
  readonly matching: number
}

/**
 * One page of the backups that a filter admits.
 *
 * DELETED entries are tombstones, nothing that can be restored: they are hidden unless `status` asks
 * for them or `all` is set.
 *
 * @throws {Failure} `invalid_input` for a page or a page size that is not one
 */
export function listBackups(backups: readonly Backup[], query: ListQuery): ListPage {
  requireCount('page', query.page, Number.MAX_SAFE_INTEGER)
  requireCount('per-page', query.perPage, perPageMax)
  const admitted = sortNewestFirst(backups.filter((backup) => admits(query, backup)))
  const start = (query.page - 1) * query.perPage
  return {
    backups: admitted.slice(start, start + query.perPage),
    page: query.page,
    perPage: query.perPage,
    pages: Math.max(1, Math.ceil(admitted.length / query.perPage)),
    matching: admitted.length,
  }
}

function admits(query: ListQuery, backup: Backup): boolean {
  if (query.type !== undefined && backup.type !== query.type) return false
  if (query.status !== undefined) return backup.status === query.status
  return backup.status !== 'DELETED' || query.all === true
}

function requireCount(input: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return
  throw new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot list backups: "${input}" is ${value}, expected a whole number from 1 to ${max}`,
    hint: `Set "${input}" to a whole number.`,
  })
}
