/**
 * A duration with its two largest units, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`; below ten seconds with
 * a decimal, below one in milliseconds.
 */
export function formatDuration(ms: number): string {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return 'unknown time'
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 100) return `${tenths / 10} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
