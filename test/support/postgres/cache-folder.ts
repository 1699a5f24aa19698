import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where fetched programs are kept between runs; the server's user must be able to enter it. */
async function cacheFolder(): Promise<string> {
  const fallback = process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache')
  const folder = join(process.env['XDG_CACHE_HOME'] ?? fallback, 'strongroom-test')
  await mkdir(folder, { recursive: true })
  return folder
}

/**
 * A folder of the cache, made once: beside its place, then moved there, so that no half of one is
 * ever used and two processes do not disturb each other.
 * @param name changes whenever the way it is made changes
 */
export async function cached(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(await cacheFolder(), name)
  // Made by `make` under another name, it exists only when it is whole.
  if (await isFolder(folder)) return folder
  const partial = `${folder}.partial-${process.pid}`
  try {
    await mkdir(partial)
    await make(partial)
    await rename(partial, folder)
  } catch (error) {
    if (!(await isFolder(folder))) throw error
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return folder
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isDirectory() ?? false
}
