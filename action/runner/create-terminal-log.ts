import { showControls } from '../domain/show-controls.ts'
import type { Progress } from '../job/ports.ts'
import { type CommandLog, type LogOptions, progressIntervalMs } from './command-log.ts'
import { describeProgress, measureShare } from './describe-progress.ts'
import { createPace } from './pace-progress.ts'
import type { Palette } from './palette.ts'

/** How often the bar of a terminal moves. */
const barIntervalMs = 100
const barCharacters = 20
const columnsFallback = 80
const clearLine = '\r\u001b[2K'

/** The part of `process.stderr` that the log needs. */
export interface TerminalStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface TerminalLogOptions extends LogOptions {
  /** Never stdout: that is left for results. */
  readonly stream: TerminalStream
  readonly palette: Palette
}

/** The log of the terminal: a live bar where the stream is one, plain lines every 5 s otherwise. */
export function createTerminalLog(options: TerminalLogOptions): CommandLog {
  const { redact, nowMs, stream, palette } = options
  const isLive = stream.isTTY === true
  const pace = createPace(isLive ? barIntervalMs : progressIntervalMs, nowMs)
  let hasBar = false

  const clear = () => {
    if (hasBar) stream.write(clearLine)
    hasBar = false
  }
  const show = (text: string) => redact(text).split(/\r?\n/).map(showControls)
  const print = (lines: readonly string[]) => {
    clear()
    stream.write(`${lines.join('\n')}\n`)
  }

  return {
    info: (line) => print(show(line)),
    warn: (line) => print(show(line).map((part) => palette.doubtful(`! ${part}`))),
    group: (title) => print(show(title).map(palette.strong)),
    close: clear,
    progress(sample) {
      const elapsedMs = pace.admit(sample)
      if (elapsedMs === undefined) return
      const text = showControls(redact(describeProgress(sample, elapsedMs)))
      if (!isLive) return print([text])
      // One column is left free: a full last column makes some terminals wrap.
      const columns = (stream.columns ?? columnsFallback) - 1
      stream.write(`${clearLine}${(drawBar(sample) + text).slice(0, Math.max(columns, 1))}`)
      hasBar = true
    },
  }
}

/** "[######--------------] ", or nothing where the whole is unknown. */
function drawBar(sample: Progress): string {
  const share = measureShare(sample)
  if (share === undefined) return ''
  const full = Math.floor(share * barCharacters)
  return `[${'#'.repeat(full)}${'-'.repeat(barCharacters - full)}] `
}
