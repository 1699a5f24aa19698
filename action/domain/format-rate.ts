import { formatSize } from './format-size.ts'

/** Throughput in binary units, `41.5 MiB/s`. Less than a millisecond counts as one. */
export function formatRate(bytes: number, durationMs: number): string {
  return `${formatSize((bytes / Math.max(durationMs, 1)) * 1000)}/s`
}
