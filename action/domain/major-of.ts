/** The major of a PostgreSQL version, 15 of "15.18"; `undefined` where it does not begin with one. */
export function majorOf(version: string): number | undefined {
  const digits = /^\d{1,3}/.exec(version)
  return digits === null ? undefined : Number(digits[0])
}
