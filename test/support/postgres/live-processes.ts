import { readdirSync, readFileSync } from 'node:fs'

/** A process as `/proc` shows it. */
export interface LiveProcess {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Argument vector. */
  readonly command: readonly string[]
  /** `NAME=value`, where it may be read. */
  readonly environment: readonly string[]
}

/** Every process that runs; the dead ones that nobody has waited for are none. Linux only. */
export function liveProcesses(): LiveProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => readProcess(Number(pid))).filter((found) => found !== undefined)
}

function readProcess(pid: number): LiveProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything, brackets too.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      command: readList(`/proc/${pid}/cmdline`),
      environment: readList(`/proc/${pid}/environ`),
    }
  } catch {
    // It ended while we looked.
    return undefined
  }
}

function readList(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\0').slice(0, -1)
  } catch {
    // Another user's.
    return []
  }
}
