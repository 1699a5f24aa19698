import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../job/ports.ts'

/** Files that only this user may read and that are gone after `removeAll`. */
export interface PrivateFiles {
  create(suffix: string): Promise<{ readonly path: string; readonly handle: FileHandle }>
  /** Never fails: what could not be removed is told, and tried again by `removeAll`. */
  remove(path: string): Promise<void>
  /** Idempotent. */
  removeAll(): Promise<void>
}

const flags = 'wx'
const mode = 0o600

/** Files in `directory`, under names that nobody can guess and that must not exist yet (O_EXCL). */
export function createPrivateFiles(directory: string, log?: Pick<Log, 'warn'>): PrivateFiles {
  const paths = new Set<string>()
  const remove = async (path: string) => {
    try {
      await rm(path, { force: true })
      paths.delete(path)
    } catch (error) {
      log?.warn(`Cannot remove the temporary file ${path}: ${String(error)}`)
    }
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
