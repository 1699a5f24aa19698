import { endGroup, info, startGroup, warning } from '@actions/core'
import { showControls } from '../domain/show-controls.ts'
import { type CommandLog, type LogOptions, progressIntervalMs } from './command-log.ts'
import { describeProgress, nameStage } from './describe-progress.ts'
import { createPace } from './pace-progress.ts'

/**
 * The log of a workflow run. Progress lines fold into a group of their stage, one every five
 * seconds at most; warnings become annotations.
 */
export function createActionLog({ redact, nowMs }: LogOptions): CommandLog {
  const pace = createPace(progressIntervalMs, nowMs)
  let open: 'none' | 'titled' | 'progress' = 'none'

  const leave = (kind: 'titled' | 'progress') => {
    if (open !== kind) return
    endGroup()
    open = 'none'
  }
  const show = (text: string) => redact(text).split(/\r?\n/).map(disarm)

  return {
    info(line) {
      leave('progress')
      for (const part of show(line)) info(part)
    },
    warn(line) {
      leave('progress')
      warning(show(line).join('\n'))
    },
    progress(sample) {
      const elapsedMs = pace.admit(sample)
      if (elapsedMs === undefined) return
      if (open === 'none') {
        startGroup(nameStage(sample.stage))
        open = 'progress'
      }
      info(disarm(redact(describeProgress(sample, elapsedMs))))
    },
    group(title) {
      leave('progress')
      leave('titled')
      startGroup(show(title).join(' '))
      open = 'titled'
    },
    close() {
      leave('progress')
      leave('titled')
    },
  }
}

/**
 * A line that the runner cannot take for a command: it obeys `::` at the start of a line and
 * `##[` anywhere in it, so the name of a database could otherwise end masking.
 */
function disarm(line: string): string {
  return showControls(line)
    .replace(/^(\s*):(?=:)/, '$1: ')
    .replaceAll('##[', '## [')
}
