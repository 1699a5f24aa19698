/**
 * The first minor of each major whose psql does not expand what a hostile dump writes behind
 * `\unrestrict` (CVE-2026-18408, fixed on 2026-08-13), and whose pg_dump has the fixes of the same
 * day. Majors before 14 had no fix; majors after 18 are born with it.
 */
const securityFloors: Readonly<Record<number, number>> = { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 }

/** Major and minor of a PostgreSQL version: `15.20`, `18beta1` (minor 0), `9.6.24` (minor 24). */
export interface PostgresVersion {
  readonly major: number
  readonly minor: number
  /** As printed, "15.20", without a packager's suffix. */
  readonly text: string
}

/**
 * Finds the version in what a program or the server prints, such as
 * `pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`. Undefined where there is none.
 */
export function parsePostgresVersion(printed: string): PostgresVersion | undefined {
  const found =
    /(?:^|[\s)])(\d{1,3})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?:beta|rc|devel|alpha|[\s(\-+~]|$)/.exec(
      printed,
    )
  if (!found?.[1]) return undefined
  const major = Number(found[1])
  // Before 10 the major was two numbers.
  const minor = Number((major < 10 ? found[3] : found[2]) ?? 0)
  const text = [found[1], found[2], found[3]].filter((part) => part !== undefined).join('.')
  return { major, minor, text }
}

/**
 * The oldest minor of `major` that restores foreign dumps safely, or undefined for majors that
 * have none (13 and before, out of support) or need none.
 */
export function securityFloor(major: number): string | undefined {
  const minor = securityFloors[major]
  return minor === undefined ? undefined : `${major}.${minor}`
}

/** Whether a client of `version` lacks known security fixes; so does one that cannot be read. */
export function isBelowFloor(version: string): boolean {
  const parsed = parsePostgresVersion(version)
  if (!parsed) return true
  const floor = securityFloors[parsed.major]
  return floor === undefined ? parsed.major < 14 : parsed.minor < floor
}

/** Negative where `a` is older than `b`; versions that cannot be read sort first. */
export function comparePostgresVersions(a: string, b: string): number {
  const left = parsePostgresVersion(a)
  const right = parsePostgresVersion(b)
  return (left?.major ?? 0) - (right?.major ?? 0) || (left?.minor ?? 0) - (right?.minor ?? 0)
}
