import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Log, Streams } from '../job/ports.ts'
import { compress } from './compress.ts'
import { createDeflatePool, type DeflatePool } from './deflate-pool.ts'
import { expand } from './expand.ts'
import { inspect } from './inspect.ts'
import { createPrivateFiles } from './private-files.ts'
import { writeFile } from './write-file.ts'

/** What the streams need to know of the machine. */
export interface StreamsOptions {
  /** Where spooled files are written; made where it is missing. */
  readonly temporaryDirectory: string
  /** Told where a temporary file could not be removed. */
  readonly log?: Pick<Log, 'warn'>
  /** Cores to compress on. @default all that the process may use */
  readonly cores?: number
}

/** More threads than this compress faster than any dump comes. */
const threadsMax = 16

/** Compression, inspection and spooling for one command. Call `close` at its end. */
export function createStreams(options: StreamsOptions): Streams {
  const files = createPrivateFiles(options.temporaryDirectory, options.log)
  const cores = options.cores ?? availableParallelism()
  const threads = Math.max(1, Math.min(cores, threadsMax))
  const pools = new Set<DeflatePool>()
  const createPool: typeof createDeflatePool = (memory, most) => {
    const pool = createDeflatePool(memory, most)
    pools.add(pool)
    const close = async () => {
      pools.delete(pool)
      await pool.close()
    }
    return { run: pool.run, close }
  }
  return {
    compress: (source, settings) => compress(source, settings, threads, createPool),
    inspect: (stored, format, signal) => inspect(stored, format, signal),
    async spool(stored, format, signal) {
      const { file, value } = await writeFile(files, '.gz', 'download', (write) =>
        inspect(stored, format, signal, write),
      )
      return { file, inspection: value }
    },
    expand,
    async freeBytes() {
      const { bavail, bsize } = await statfs(options.temporaryDirectory)
      return bavail * bsize
    },
    async close() {
      await Promise.all([files.removeAll(), ...[...pools].map((pool) => pool.close())])
    },
  }
}
