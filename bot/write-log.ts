import type { BotLog, Clock } from './ports.ts'

/** A log of lines: instant, level, text. */
export function createLog(write: (text: string) => void, clock: Pick<Clock, 'now'>): BotLog {
  const line = (level: string) => (text: string) =>
    write(`${clock.now().toISOString()} ${level} ${text}\n`)
  return { info: line('info'), warn: line('warn') }
}
