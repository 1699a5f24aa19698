/** An instant as GitHub keeps it. With its milliseconds it would leave out what is of the same second. */
export function wholeSeconds(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`
}
