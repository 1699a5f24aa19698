/** An instant for people, always in UTC and to the second: `2026-11-22 03:00:12 UTC`. */
export function formatInstant(instant: Date | string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return 'unknown time'
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
