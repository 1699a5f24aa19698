import { liveProcesses } from '../postgres/live-processes.ts'

const intervalMs = 5

/** The argument vectors of a process and all that came from it, as any user of the machine could read them. */
export interface ArgumentWatch {
  /** Everything seen, a word a line. */
  stop(): string
  /** Programs seen, by the last part of their paths. */
  programs(): readonly string[]
}

/** Looks at `/proc` every few milliseconds. What lives shorter may be missed; pg_dump and psql do not. */
export function watchArguments(pid: number): ArgumentWatch {
  const ours = new Set([pid])
  const seen = new Set<string>()
  const look = () => {
    for (const { pid: each, parent, command } of liveProcesses()) {
      if (!ours.has(parent) && !ours.has(each)) continue
      ours.add(each)
      seen.add(command.join('\n'))
    }
  }
  const timer = setInterval(look, intervalMs)
  look()
  return {
    stop() {
      clearInterval(timer)
      return [...seen].join('\n\n')
    },
    programs: () => [
      ...new Set([...seen].map((words) => words.split('\n')[0]?.split('/').at(-1) ?? '')),
    ],
  }
}
