import { statfs } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { Streams } from '../job/ports.ts'
import { compress } from './compress.ts'
import { expand } from './expand.ts'
import { inspect } from './inspect.ts'
import { createPrivateFiles } from './private-files.ts'
import { writeFile } from './write-file.ts'

/** What the streams need to know of the machine. */
export interface StreamsOptions {
  /** Where spooled files are written; made where it is missing. */
  readonly temporaryDirectory: string
  /** Cores to compress on. @default all that the process may use */
  readonly cores?: number
}

/** More threads than this compress faster than any dump comes. */
const threadsMax = 16

/** Compression, inspection and spooling for one command. Call `close` at its end. */
export function createStreams(options: StreamsOptions): Streams {
  const files = createPrivateFiles(options.temporaryDirectory)
  const cores = options.cores ?? availableParallelism()
  const threads = Math.max(1, Math.min(cores, threadsMax))
  return {
    compress: (source, settings) => compress(source, settings, threads),
    inspect: (stored, format, signal) => inspect(stored, format, signal),
    async spool(stored, format, signal) {
      const { file, value } = await writeFile(files, '.gz', 'download', (write) =>
        inspect(stored, format, signal, write),
      )
      return { file, inspection: value }
    },
    expand,
    async expandToFile(file, signal) {
      const written = await writeFile(files, '.dump', 'check', async (write) => {
        for await (const chunk of expand(file, signal)) {
          await write(chunk)
        }
      })
      return written.file
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(options.temporaryDirectory)
      return bavail * bsize
    },
    close: () => files.removeAll(),
  }
}
