import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blocksOf } from '../support/documents/block-kind.ts'
import { neededRights } from '../support/documents/needed-rights.ts'
import { pageSettings } from '../support/documents/page-settings.ts'
import { playPage } from '../support/documents/play-page.ts'
import { readLayout } from '../support/documents/read-layout.ts'
import { type Stage, startStage } from '../support/documents/start-stage.ts'
import { readPages } from '../support/read-pages.ts'
import { createSdkClient } from '../support/s3-server/sdk-client.ts'

const pages = [...(await readPages()).values()]
const played = pages.filter((page) => blocksOf('played', [page]).length > 0)

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(async () => {
  await stage?.close()
})

/** The JSON blocks of a page, read. */
function jsonOf(path: string) {
  const blocks = blocksOf('json', pages).filter(({ page }) => page === path)
  return blocks.map(({ code }) => JSON.parse(code))
}

describe('the blocks of', () => {
  it.each(played)('$path do and show what the page says', async (page) => {
    const { exported, prepare, prove } = pageSettings[page.path] ?? {}
    const shell = await stage.openShell(exported?.(stage))
    await prepare?.(stage)
    await playPage(page, shell, stage)
    await prove?.(stage, shell)
  })
})

// Every page was played by now.
describe('the bucket', () => {
  const requests = (...operations: readonly string[]) =>
    stage.world.server.requests.filter(({ operation }) => operations.includes(operation))

  it('holds what docs/manifest-format.md lists, and nothing else', () => {
    const kinds = blocksOf('layout', pages).flatMap(({ code }) => readLayout(code))
    const names = requests('PutObject', 'CompleteMultipartUpload').map(
      ({ key }) => kinds.find(({ pattern }) => pattern.test(key))?.name ?? key,
    )
    // Only what is asked for on GitHub is a request.
    const expected = kinds.map(({ name }) => name).filter((name) => !name.includes('/requests/'))
    expect([...new Set(names)].toSorted()).toEqual(expected.toSorted())
  })

  it('has an index with the keys that docs/manifest-format.md shows', async () => {
    const [shown] = jsonOf('docs/manifest-format.md')
    const real = await stage.bucket.manifest()
    expect(Object.keys(shown)).toEqual(Object.keys(real))
    expect(Object.keys(shown.backups[0])).toEqual(Object.keys(real.backups[0] ?? {}))
  })

  it('was asked for what the rights of docs/storage-s3.md allow, and they allow no more', () => {
    const statements = jsonOf('docs/storage-s3.md').flatMap(({ Statement = [] }) => Statement)
    const actions: readonly string[] = statements.flatMap(({ Action }) => Action)
    const allowed = actions.filter((action) => action.startsWith('s3:'))
    expect(neededRights(stage.world.server.requests)).toEqual(allowed.toSorted())
  })

  it('lost only what docs/storage-s3.md lets a key delete that may not rotate', () => {
    const [{ Resource }] = jsonOf('docs/storage-s3.md').filter(({ Effect }) => Effect === 'Allow')
    const places = requests('DeleteObject').map(
      ({ bucket, key }) => `arn:aws:s3:::${bucket}/${key.replace(/[^/]+$/, '*')}`,
    )
    expect([...new Set(places)]).toEqual([Resource])
  })

  it('takes the lifecycle rules of docs/storage-s3.md, and then the doctor misses none', async () => {
    const [LifecycleConfiguration] = jsonOf('docs/storage-s3.md').filter(({ Rules }) => Rules)
    const client = createSdkClient(stage.world.server)
    const Bucket = stage.bucket.name
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }),
    )
    client.destroy()
    const { output } = await (await stage.openShell()).run('npm run test:backup')
    expect(output).toContain('drops unfinished uploads after 7 days')
  })
})
