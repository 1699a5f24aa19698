import { execFileSync } from 'node:child_process'

/**
 * What to put in front of a program so that it finds a folder empty, and nobody else does: a mount namespace of its own.
 * Needs Linux, and root, user namespaces or a sudo that asks nothing.
 */
export function hideFolder(path: string): readonly string[] {
  return inNamespace(`mount -t tmpfs tmpfs ${path}`)
}

/** The same with a small file system of its own in place of a folder. `options` as of mount. */
export function limitFolder(path: string, options: string): readonly string[] {
  return inNamespace(`mount -t tmpfs -o ${options} tmpfs ${path}`)
}

/** Not `sh`: dash drops variables whose names hold a hyphen, as those of inputs do. */
function inNamespace(mount: string): readonly string[] {
  return [...unshare(), 'bash', '-c', `${mount} && exec "$@"`, 'bash']
}

/** The last one is for runners whose user may not make namespaces, but become root: then the program is root's. */
const ways = [
  ['unshare', '--mount'],
  ['unshare', '--user', '--map-root-user', '--mount'],
  ['bash', '-c', 'exec sudo -n -E env PATH="$PATH" unshare --mount "$@"', 'bash'],
] as const

let known: readonly string[] | undefined

/** @throws Error where this machine allows none of them */
function unshare(): readonly string[] {
  known ??= ways.find(works)
  if (known === undefined)
    throw new Error(
      'Cannot make a mount namespace, expected Linux with root, user namespaces or sudo (in a container: one started with --privileged)',
    )
  return known
}

function works([program, ...args]: readonly string[]): boolean {
  try {
    execFileSync(program ?? '', [...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    // Forbidden here; there is another way, or none.
    return false
  }
}
