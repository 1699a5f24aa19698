import { clearDatabaseSql } from './clear-database.ts'
import { inPlaceSettings, settingsSql } from './load-session.ts'
import { waitForDiskSql } from './target-server.ts'

/** So long sessions may keep a lock on what is about to be replaced. */
const LOCK_TIMEOUT_MS = 60_000

/**
 * Opens the transaction, seals it and drops what the database holds.
 *
 * The seal is a deferred foreign key without its referent: whatever commits before
 * {@link commitInPlace} has supplied it fails, and the server rolls everything back. The server
 * refuses to drop, alter or truncate the table while that check is pending (measured on 15).
 * @param word what the answer line starts with; it then says transaction and session
 */
export function beginInPlace(key: string, word: string, keepPublic: boolean): string {
  return `${settingsSql(inPlaceSettings)}BEGIN READ WRITE;
SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
SET LOCAL client_min_messages = error;
SET LOCAL search_path = '';
${clearDatabaseSql}${keepPublic ? '' : 'DROP SCHEMA public;\n'}CREATE TEMPORARY TABLE strongroom_seal (key text PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE strongroom_guard (key text,
  CONSTRAINT strongroom_guard FOREIGN KEY (key) REFERENCES pg_temp.strongroom_seal
  DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;
INSERT INTO pg_temp.strongroom_guard VALUES ('${key}');
SET LOCAL lock_timeout = 0;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path TO DEFAULT;
${askWhere(word)}`
}

/** Asks which transaction this is. */
export function askWhere(word: string): string {
  return `SELECT '${word} ' || pg_catalog.txid_current() || ' ' || pg_catalog.pg_backend_pid();\n`
}

/** Breaks the seal and commits. The answer comes after the commit. */
export function commitInPlace(key: string, word: string): string {
  return `INSERT INTO pg_temp.strongroom_seal VALUES ('${key}');
${waitForDiskSql};
COMMIT;
SELECT '${word}';
`
}
