/**
 * Reads and filters `pg_restore --list`, whose lines are
 * `<dump id>; <catalogue oid> <oid> <description> <schema or -> <tag> <owner>`.
 */

const ENTRY = /^\d+; \d+ \d+ (.*)$/

/**
 * The list without the given extensions and their comments: a provider's own, which the role may
 * neither create nor comment on.
 */
export function withoutExtensions(list: string, extensions: readonly string[]): string {
  const dropped = new Set(
    extensions.flatMap((name) => [`EXTENSION - ${name} `, `COMMENT - EXTENSION ${name} `]),
  )
  return list
    .split('\n')
    .filter((line) => {
      const entry = ENTRY.exec(line)?.[1]
      // The owner of both is empty, so the line ends behind the tag.
      return entry === undefined || !dropped.has(`${entry.trimEnd()} `)
    })
    .join('\n')
}

/** Extensions that the archive creates. */
export function listedExtensions(list: string): readonly string[] {
  return list.split('\n').flatMap((line) => {
    const name = /^EXTENSION - (.*?)\s*$/.exec(ENTRY.exec(line)?.[1] ?? '')?.[1]
    return name === undefined ? [] : [name]
  })
}

/**
 * Only the entries that make the given schemas themselves (with their grants and comments):
 * `pg_restore --schema` restores what is in a schema, but not the schema.
 */
export function onlySchemas(list: string, schemas: readonly string[]): string {
  const wanted = schemas.flatMap((name) => [
    `SCHEMA - ${name} `,
    `ACL - SCHEMA ${name} `,
    `COMMENT - SCHEMA ${name} `,
  ])
  return list
    .split('\n')
    .filter((line) => {
      const entry = ENTRY.exec(line)?.[1]
      return entry !== undefined && wanted.some((start) => entry.startsWith(start))
    })
    .join('\n')
}

/** The schemas of tables that are given without one; a schema with a space is not recognised. */
export function listedSchemasOf(list: string, tables: readonly string[]): readonly string[] {
  return list.split('\n').flatMap((line) => {
    const entry = ENTRY.exec(line)?.[1] ?? ''
    const [, schema, rest] = /^TABLE (\S+) (.*)$/.exec(entry) ?? []
    return schema !== undefined && tables.some((table) => rest?.startsWith(`${table} `))
      ? [schema]
      : []
  })
}
