const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Bytes in binary units, `1.4 GiB`: one decimal below 100, none where it would be 0. */
export function formatSize(bytes: number): string {
  if (!(bytes >= 0 && bytes < Number.POSITIVE_INFINITY)) return 'unknown size'
  let value = bytes
  for (const unit of units.slice(0, -1)) {
    const rounded = round(value, unit === 'B' ? 0 : 1)
    if (rounded < 1024) return `${rounded} ${unit}`
    value /= 1024
  }
  return `${round(value, 1)} PiB`
}

function round(value: number, decimals: 0 | 1): number {
  return decimals === 0 || value >= 99.95 ? Math.round(value) : Math.round(value * 10) / 10
}
