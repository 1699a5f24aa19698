/** Schemas of the user's, as a condition on `pg_namespace n`. */
export const isUserSchema = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`

/** Whether an object (`<classid>`, `<oid>`) belongs to an extension. */
export function isExtensionMember(classId: string, oid: string): string {
  return `EXISTS (SELECT FROM pg_depend m WHERE m.classid = ${classId} AND m.objid = ${oid}
                  AND m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass)`
}

/**
 * Whether the connected database holds nothing of the user's: no object in a user schema that is
 * not an extension's (every such object depends on its schema), no schema besides `public`, no
 * large object. Extensions themselves do not count: providers install some in every database.
 */
export const isEmptySql = `NOT (
  EXISTS (SELECT FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid
           WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND ${isUserSchema}
             AND d.classid <> 'pg_extension'::regclass
             AND NOT ${isExtensionMember('d.classid', 'd.objid')})
  OR EXISTS (SELECT FROM pg_namespace n WHERE ${isUserSchema} AND n.nspname <> 'public'
              AND NOT ${isExtensionMember("'pg_namespace'::regclass", 'n.oid')}
              AND NOT EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid))
  OR EXISTS (SELECT FROM pg_largeobject_metadata))`
