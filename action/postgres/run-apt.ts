import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type ProgramOutput, runForOutput } from './run-for-output.ts'

/** Another apt at work (unattended upgrades on a fresh runner) is waited for so long. */
const LOCK_WAIT_SECONDS = 60
const APT_TIMEOUT_MS = 300_000
const QUICK_TIMEOUT_MS = 15_000
const SAID_MAX_CHARACTERS = 300

/** What running apt needs to know. */
export interface AptRequest {
  readonly searchPath: string
  /** @default whether this process is root's */
  readonly isRoot?: boolean
  readonly signal?: AbortSignal | undefined
}

/** How to run something as root here. */
export interface Root {
  readonly prefix: readonly string[]
  readonly aptGet: string
  readonly aptCache: string
}

/** The version that apt would install, or undefined where it knows none. */
export async function candidateVersion(
  root: Root,
  request: AptRequest,
  name: string,
): Promise<string | undefined> {
  const end = await runForOutput({
    path: root.aptCache,
    args: ['policy', name],
    environment: aptEnvironment(request),
    timeoutMs: QUICK_TIMEOUT_MS,
    signal: request.signal,
  })
  const found = /^\s*Candidate:\s*(?:\d+:)?(\d\S*)/m.exec(end.stdout)
  return found?.[1]
}

/** apt-get without questions, within limits; how it ended is for the caller to judge. */
export function runApt(root: Root, request: AptRequest, args: readonly string[]) {
  const options = [
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`,
    '-o',
    'Acquire::Retries=2',
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::https::Timeout=20',
  ]
  return runAsRoot(root, request, root.aptGet, [...options, ...args])
}

/** sudo drops the environment, so the variables go through env(1); none of them is a secret. */
export function runAsRoot(
  root: Root,
  request: AptRequest,
  path: string,
  args: readonly string[],
): Promise<ProgramOutput> {
  const environment = aptEnvironment(request)
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const command =
    root.prefix.length === 0
      ? [path, ...args]
      : [...root.prefix, 'env', ...assignments, path, ...args]
  const [program = path, ...rest] = command
  return runForOutput({
    path: program,
    args: rest,
    environment,
    timeoutMs: APT_TIMEOUT_MS,
    signal: request.signal,
  })
}

function aptEnvironment(request: AptRequest): Record<string, string> {
  return { PATH: request.searchPath, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
}

/** How root can be become without a question, or nothing where that or apt is missing. */
export async function findRoot(request: AptRequest): Promise<Root | undefined> {
  const aptGet = await onPath(request.searchPath, 'apt-get')
  const aptCache = await onPath(request.searchPath, 'apt-cache')
  if (!aptGet || !aptCache) return undefined
  if (request.isRoot ?? process.getuid?.() === 0) return { prefix: [], aptGet, aptCache }
  const sudo = await onPath(request.searchPath, 'sudo')
  if (!sudo) return undefined
  const allowed = await runForOutput({
    path: sudo,
    args: ['-n', 'true'],
    environment: aptEnvironment(request),
    timeoutMs: QUICK_TIMEOUT_MS,
    signal: request.signal,
  })
  return allowed.code === 0 ? { prefix: [sudo, '-n'], aptGet, aptCache } : undefined
}

async function onPath(searchPath: string, name: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder; the next may have it.
    }
  }
  return undefined
}

/** The last thing it said, where apt puts its reason; a failed download is a mere warning to it. */
export function lastLine(end: ProgramOutput): string {
  const lines = `${end.stdout}\n${end.stderr}`.split('\n').filter((line) => line.trim() !== '')
  const reason =
    lines.findLast((line) => line.startsWith('E:')) ?? lines.find((line) => line.startsWith('W:'))
  if (reason === undefined && end.code === 0) return 'it has no such package'
  const said = reason ?? lines.at(-1)
  return (
    said?.trim().replace(/\.+$/, '').slice(0, SAID_MAX_CHARACTERS) ??
    end.error?.message ??
    'it said nothing'
  )
}
