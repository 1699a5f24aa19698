import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'

const MAIN = fileURLToPath(new URL('../../support/s3-server/main.ts', import.meta.url))

test.each(['SIGTERM', 'SIGINT'] as const)('main serves until %s', async (signal) => {
  const args = [MAIN, '--bucket', 'from-shell', '--rules', 'r2', '--secret-access-key', 'chosen']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = await once(child.stdout, 'data')
  const told = JSON.parse(String(line))
  expect(told).toMatchObject({ bucket: 'from-shell', secretAccessKey: 'chosen', region: 'auto' })
  const list = new ListObjectsV2Command({ Bucket: told.bucket })
  expect((await createSdkClient(told).send(list)).KeyCount).toBe(0)
  child.kill(signal)
  expect(await ended).toEqual([0, null])
})
