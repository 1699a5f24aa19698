import { open } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { inspect } from '../../../action/stream/inspect.ts'
import type { PrivateFiles } from '../../../action/stream/private-files.ts'
import { writeFile } from '../../../action/stream/write-file.ts'
import { noise } from './random-bytes.ts'

/** Linux's device on which every write finds the disk full. */
const fullDevice = '/dev/full'

it('writeFile tells a full disk, removes the file and stops the source', async () => {
  const removed: string[] = []
  const files: PrivateFiles = {
    create: async () => ({ path: fullDevice, handle: await open(fullDevice, 'w') }),
    remove: async (path) => {
      removed.push(path)
    },
    removeAll: async () => {},
  }
  let isStopped = false
  async function* stored(): AsyncGenerator<Uint8Array> {
    try {
      for (const bytes = gzipSync(noise(2_000_000)); ; ) {
        yield bytes
      }
    } finally {
      isStopped = true
    }
  }
  const spooling = writeFile(files, '.gz', 'download', (write) =>
    inspect(stored(), 'plain', undefined, write),
  )
  await expect(spooling).rejects.toMatchObject({ code: 'disk_full', stage: 'download' })
  expect(removed).toEqual([fullDevice])
  expect(isStopped).toBe(true)
})
