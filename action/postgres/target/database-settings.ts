import pg from 'pg'

/**
 * Settings whose stored value is a list of names that are quoted already: written as one literal,
 * `"$user", public` would become a single odd name. The list is that of pg_dump's
 * `variable_is_guc_list_quote`.
 */
const quotedLists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
])

/**
 * The statement that gives `database` a setting.
 * @param role for `ALTER ROLE … IN DATABASE …`; without one it is the database's own
 * @param setting as the catalogue has it: `name=value`
 */
export function settingStatement(
  database: string,
  role: string | undefined,
  setting: string,
): string {
  const equals = setting.indexOf('=')
  const name = setting.slice(0, equals)
  const value = setting.slice(equals + 1)
  const literals = quotedLists.has(name.toLowerCase()) ? splitNames(value) : [value]
  const whose =
    role === undefined
      ? `DATABASE ${pg.escapeIdentifier(database)}`
      : `ROLE ${pg.escapeIdentifier(role)} IN DATABASE ${pg.escapeIdentifier(database)}`
  const list = literals.map((literal) => pg.escapeLiteral(literal)).join(', ')
  return `ALTER ${whose} SET ${pg.escapeIdentifier(name)} TO ${list || "''"}`
}

/** `"$user", public` to its names; a doubled quote inside quotes is one. */
export function splitNames(list: string): string[] {
  const names: string[] = []
  for (const match of list.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^",\s][^,]*?))\s*(?:,|$)/g)) {
    names.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'))
  }
  return names
}
