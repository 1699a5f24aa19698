/** An instant as part of an object key, `20261122T030012.123Z`: no colons, sorts by time. */
export function compactInstant(at: Date): string {
  return at.toISOString().replace(/[-:]/g, '')
}
