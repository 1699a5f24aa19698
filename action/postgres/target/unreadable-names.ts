/**
 * Has a server whose database has no encoding (SQL_ASCII) send names as they are: it refuses to send
 * one that is not valid in the client's encoding, and the whole answer with it. Names come back as
 * a dump's are read, with U+FFFD in the place of bytes that are no UTF-8.
 * https://www.postgresql.org/docs/current/multibyte.html#MULTIBYTE-AUTOMATIC-CONVERSION
 */
export const readAnyNameSql = `SELECT pg_catalog.set_config('client_encoding', 'SQL_ASCII', false)
  WHERE pg_catalog.getdatabaseencoding() = 'SQL_ASCII'`

/** Whether a name may have lost bytes on the way, so that it names nothing in a statement of ours. */
export function isUnreadable(name: string): boolean {
  return name.includes('\uFFFD')
}
