import { isExtensionMember, isUserSchema } from './user-objects.ts'

/** Extensions that stay: the server's own language, and what the role does not own (a provider's). */
const staysSql = `(e.extname = 'plpgsql' OR NOT pg_has_role(e.extowner, 'USAGE'))`

/** Whether an extension that stays lives in the schema `n`, or has an object there. */
const isHostSql = `(EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid)
  OR EXISTS (SELECT FROM pg_depend d JOIN pg_depend m
              ON m.classid = d.classid AND m.objid = d.objid AND m.deptype = 'e'
             WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid))`

/** The words of `pg_identify_object` for which `DROP` has others. */
const dropWord = `CASE i.type WHEN 'composite type' THEN 'type'
  WHEN 'statistics object' THEN 'statistics' WHEN 'foreign-data wrapper' THEN 'foreign data wrapper'
  ELSE i.type END`

/**
 * Queries that each give statements; the statements of one are run before the next is asked. Event
 * triggers go first, since they would run at everything that follows.
 */
const stages: readonly string[] = [
  `SELECT format('DROP EVENT TRIGGER IF EXISTS %I', t.evtname) FROM pg_event_trigger t
    WHERE NOT ${isExtensionMember("'pg_event_trigger'::regclass", 't.oid')}`,

  `SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', e.extname) FROM pg_extension e
    WHERE NOT ${staysSql}`,

  `SELECT format('DROP SCHEMA IF EXISTS %I CASCADE', n.nspname) FROM pg_namespace n
    WHERE ${isUserSchema} AND n.nspname <> 'public' AND NOT ${isHostSql}
      AND NOT ${isExtensionMember("'pg_namespace'::regclass", 'n.oid')}`,

  // What is left are public, which keeps its identity, and schemas that host what stays. What is a
  // part of something else (the sequence of an identity column) goes with that.
  `SELECT format('DROP %s IF EXISTS %s CASCADE', ${dropWord}, i.identity)
     FROM pg_depend d JOIN pg_namespace n ON n.oid = d.refobjid,
          pg_identify_object(d.classid, d.objid, 0) i
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND ${isUserSchema}
      AND d.classid <> 'pg_extension'::regclass AND i.identity IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid
                       AND o.objsubid = 0 AND o.deptype = 'i')
      AND NOT ${isExtensionMember('d.classid', 'd.objid')}`,

  // Casts, transforms, languages, access methods, foreign data: outside of every schema.
  `SELECT format('DROP %s IF EXISTS %s CASCADE', ${dropWord}, i.identity)
     FROM (SELECT 'pg_cast'::regclass AS classid, oid FROM pg_cast
           UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
           UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
           UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
           UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
           UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am) o,
          pg_identify_object(o.classid, o.oid, 0) i
    WHERE o.oid >= 16384 AND NOT ${isExtensionMember('o.classid', 'o.oid')}`,

  `SELECT format('SELECT pg_catalog.lo_unlink(%s)', oid) FROM pg_largeobject_metadata`,

  // Default privileges: what was granted is revoked, what was revoked is granted again.
  `SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE ALL ON %s FROM %s',
                 pg_get_userbyid(d.defaclrole), s.place, k.kind, g.grantee)
     FROM pg_default_acl d,
          LATERAL (SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
                     WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS'
                     ELSE 'LARGE OBJECTS' END AS kind) k,
          LATERAL (SELECT coalesce('IN SCHEMA ' || quote_ident(n.nspname), '') AS place
                     FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace) s,
          LATERAL (SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
                     ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
                     FROM aclexplode(d.defaclacl) a) g`,

  `SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT %s ON %s TO %s',
                 pg_get_userbyid(d.defaclrole), a.privilege_type, k.kind,
                 CASE a.grantee WHEN 0 THEN 'PUBLIC'
                   ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
     FROM pg_default_acl d,
          LATERAL (SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES'
                     WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS'
                     ELSE 'LARGE OBJECTS' END AS kind) k,
          aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END,
                                d.defaclrole)) a
    WHERE d.defaclnamespace = 0`,

  `SELECT 'CREATE SCHEMA public'
    WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')`,

  // Public as a new database has it: 15 gave it to pg_database_owner and took CREATE from PUBLIC.
  `SELECT format('ALTER SCHEMA public OWNER TO %I', r.rolname) FROM pg_namespace n, pg_roles r
    WHERE n.nspname = 'public' AND n.nspowner <> r.oid AND pg_has_role(n.nspowner, 'USAGE')
      AND r.oid = CASE WHEN current_setting('server_version_num')::int >= 150000
                       THEN to_regrole('pg_database_owner')::oid ELSE 10 END`,

  `SELECT format('REVOKE ALL ON SCHEMA public FROM %s', CASE a.grantee WHEN 0 THEN 'PUBLIC'
                 ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
     FROM pg_namespace n, aclexplode(n.nspacl) a
    WHERE n.nspname = 'public' AND pg_has_role(n.nspowner, 'USAGE')`,

  `SELECT unnest(ARRAY[
            format('GRANT ALL ON SCHEMA public TO %I', pg_get_userbyid(n.nspowner)),
            CASE WHEN current_setting('server_version_num')::int >= 150000
              THEN 'GRANT USAGE ON SCHEMA public TO PUBLIC'
              ELSE 'GRANT ALL ON SCHEMA public TO PUBLIC' END,
            'COMMENT ON SCHEMA public IS ''standard public schema'''])
     FROM pg_namespace n WHERE n.nspname = 'public' AND pg_has_role(n.nspowner, 'USAGE')`,
]

/**
 * One statement that makes the connected database as empty as a new one, for use inside the
 * transaction that then fills it. `public` is emptied rather than dropped, and so is a schema that
 * hosts an extension which stays: dropping it would take the extension along.
 */
export const clearDatabaseSql = `DO $strongroom$
DECLARE statement text;
BEGIN
${stages.map((stage) => `  FOR statement IN ${stage} LOOP EXECUTE statement; END LOOP;`).join('\n')}
END
$strongroom$;
`
