/**
 * Every way in which a command can end, for programs. Closed and append-only: workflows branch on
 * these words. The first group are good or expected ends, the others are failures.
 */
export const reasonCodes = [
  // ends
  'completed',
  'already_completed',
  'committed_index_stale',
  'committed_without_index',
  'completed_flagged',
  'nothing_to_do',
  'dry_run',
  'backup_in_progress',
  'verified',
  'retained',
  'rotation_failed',
  'rotation_refused',
  // inputs and set-up
  'invalid_input',
  'not_available',
  'confirmation_mismatch',
  'refused_newest',
  'refused_pinned',
  'doctor_failed',
  // database
  'database_url_invalid',
  'database_unreachable',
  'database_auth_failed',
  'database_missing',
  'database_tls_failed',
  'database_permission_denied',
  'transaction_pooler',
  'client_missing',
  'client_too_old',
  'client_unsafe',
  // dump
  'dump_failed',
  'dump_incomplete',
  'dump_stalled',
  'dump_timed_out',
  'lock_timed_out',
  // bucket
  'bucket_missing',
  'bucket_access_denied',
  'bucket_credentials_invalid',
  'bucket_credentials_expired',
  'bucket_wrong_region',
  'bucket_unreachable',
  'bucket_clock_skew',
  'bucket_error',
  'upload_failed',
  'commit_failed',
  'manifest_version_unknown',
  'manifest_unwritable',
  // restore and verify
  'backup_unknown',
  'backup_not_completed',
  'backup_corrupt',
  'record_disagrees',
  'wrong_database',
  'target_older',
  'target_unfit',
  'target_not_empty',
  'target_busy',
  'lease_held',
  'download_failed',
  'safety_backup_failed',
  'restore_failed',
  'restore_incomplete',
  'hostile_dump',
  'verification_failed',
  'verification_impossible',
  'backup_stale',
  'verification_stale',
  'gate_refused',
  // the machine
  'disk_full',
  'cancelled',
  'unexpected',
] as const

/** One of {@link reasonCodes}. */
export type ReasonCode = (typeof reasonCodes)[number]
