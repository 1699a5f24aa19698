import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that only this user may read and that are gone after `removeAll`. */
export interface PrivateFiles {
  create(suffix: string): Promise<{ readonly path: string; readonly handle: FileHandle }>
  remove(path: string): Promise<void>
  /** Idempotent. */
  removeAll(): Promise<void>
}

const flags = 'wx'
const mode = 0o600

/** Files in `directory`, under names that nobody can guess and that must not exist yet (O_EXCL). */
export function createPrivateFiles(directory: string): PrivateFiles {
  const paths = new Set<string>()
  const remove = async (path: string) => {
    await rm(path, { force: true })
    paths.delete(path)
  }
  return {
    async create(suffix) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const path = join(directory, `strongroom-${randomUUID()}${suffix}`)
      const handle = await open(path, flags, mode)
      paths.add(path)
      return { path, handle }
    },
    remove,
    async removeAll() {
      await Promise.all([...paths].map(remove))
    },
  }
}
