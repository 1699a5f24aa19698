import type { Cron } from './cron.ts'

const dayMs = 86_400_000
/** Days searched back: 29 February on a given weekday recurs within 40 years, 2100 included. */
const daysMax = 40 * 366

/**
 * The latest instant at which a schedule was due, at or before the given one, in UTC;
 * `undefined` for a schedule that is never due, such as 30 February.
 */
export function previousRun(cron: Cron, atOrBefore: Date): Date | undefined {
  const latestMinute = Math.floor(atOrBefore.getTime() / 60_000) * 60_000
  const today = Math.floor(latestMinute / dayMs) * dayMs
  for (let daysBack = 0; daysBack < daysMax; daysBack += 1) {
    const midnight = today - daysBack * dayMs
    if (!isDue(cron, new Date(midnight))) continue
    const at = latestTime(cron, daysBack === 0 ? latestMinute - today : dayMs)
    if (at !== undefined) return new Date(midnight + at)
  }
  return undefined
}

function isDue(cron: Cron, day: Date): boolean {
  if (!cron.months.has(day.getUTCMonth() + 1)) return false
  const isMonthDay = cron.monthDays.has(day.getUTCDate())
  const isWeekDay = cron.weekDays.has(day.getUTCDay())
  return cron.isEitherDay ? isMonthDay || isWeekDay : isMonthDay && isWeekDay
}

/** The latest time of a day, in milliseconds after midnight, that is not after `limitMs`. */
function latestTime(cron: Cron, limitMs: number): number | undefined {
  const times = [...cron.hours].flatMap((hour) =>
    [...cron.minutes].map((minute) => (hour * 60 + minute) * 60_000),
  )
  const due = times.filter((time) => time <= limitMs)
  return due.length === 0 ? undefined : Math.max(...due)
}
