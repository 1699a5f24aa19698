const units = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const

/** How long ago something was, `3 hours ago`; `just now` within a minute, `in 2 days` if to come. */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return 'at an unknown time'
  const distanceMs = Math.abs(ageMs)
  const unit = units.find(({ ms }) => distanceMs >= ms)
  if (unit === undefined) return 'just now'
  const count = Math.floor(distanceMs / unit.ms)
  const text = `${count} ${unit.name}${count === 1 ? '' : 's'}`
  return ageMs < 0 ? `in ${text}` : `${text} ago`
}
