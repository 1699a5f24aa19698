import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What one run of a command cost. */
export interface Cost {
  readonly wallSeconds: number
  /** User and system time of the command and everything that it started; servers are not among it. */
  readonly cpuSeconds: number
  /** High-water mark of the largest node process among it. */
  readonly nodePeakMiB: number
  readonly stdout: string
}

/** How often the high-water mark is read; it only grows, so that little is missed. */
const pollMs = 100

/**
 * Runs a line of bash to its end and measures it as a whole.
 *
 * CPU comes from bash's own `time`, which counts every descendant that was waited for.
 */
export async function measure(line: string, env: Readonly<Record<string, string>>): Promise<Cost> {
  const script = `set -o pipefail; TIMEFORMAT='bench %R %U %S'; time { ${line}\n}`
  const startedAt = performance.now()
  const child = spawn('bash', ['-c', script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that nothing of it goes on where the bench is stopped.
    detached: true,
  })
  const endGroup = () => endWith(child.pid)
  process.once('exit', endGroup)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-100_000)
  })
  let nodePeakMiB = 0
  const timer = setInterval(() => {
    nodePeakMiB = Math.max(nodePeakMiB, readNodePeak(child.pid ?? 0))
  }, pollMs)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearInterval(timer)
  process.off('exit', endGroup)
  const wallSeconds = (performance.now() - startedAt) / 1000
  const [, , user, system] = /bench (\S+) (\S+) (\S+)\s*$/.exec(stderr) ?? []
  if (code !== 0) throw new Error(`Cannot measure "${line.slice(0, 200)}": exit ${code}\n${stderr}`)
  return { wallSeconds, cpuSeconds: Number(user) + Number(system), nodePeakMiB, stdout }
}

function endWith(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The largest VmHWM of a node process below `root`. */
function readNodePeak(root: number): number {
  const children = new Map<number, number[]>()
  const peaks = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const status = readStatus(pid)
    if (status === undefined) continue
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])
    children.set(parent, [...(children.get(parent) ?? []), pid])
    const isNode = /^Name:\s+(node|MainThread)/m.test(status)
    const peak = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
    peaks.set(pid, isNode ? peak : 0)
  }
  const visit = (pid: number): number =>
    Math.max(peaks.get(pid) ?? 0, ...(children.get(pid) ?? []).map(visit))
  return visit(root)
}

/** A process may end between being listed and being read: then there is nothing to say of it. */
function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return undefined
  }
}
