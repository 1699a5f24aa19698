import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backUp } from '../../../action/job/back-up.ts'
import type { SourceDatabase, Vault } from '../../../action/job/ports.ts'
import type { FaultKind } from '../../support/s3-server/faults.ts'
import type { Operation } from '../../support/s3-server/operation.ts'
import { findLies, readContents } from './invariants.ts'
import { backUpRequest, openPorts, openScene, type Ports, type Scene } from './scene.ts'
import { strikeEach, type Told } from './strike.ts'

const mebibyte = 1024 * 1024
/** The least that S3 takes for a part that is not the last. */
const partSize = 5 * mebibyte
/** Of text that hardly compresses: two parts. */
const ballastSize = 8 * mebibyte
const operations: readonly Operation[] = [
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'HeadObject',
  'AbortMultipartUpload',
]
const passing: readonly FaultKind[] = ['503', 'reset-after', 'hang']
const lasting: readonly FaultKind[] = ['reset-before']
const timeout = 600_000

let scene: Scene
let ballast: readonly Uint8Array[]

beforeAll(async () => {
  scene = await openScene()
  ballast = createBallast()
})

afterAll(() => scene?.close())

/** SQL comments, the same in every run. */
function createBallast(): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let size = 0, place = 0; size < ballastSize; place += 1) {
    const lines = Array.from({ length: 1_000 }, (_, line) => {
      const hash = createHash('sha512').update(`${place}/${line}`)
      return `-- ${hash.digest('base64')}\n`
    })
    const chunk = Buffer.from(lines.join(''))
    chunks.push(chunk)
    size += chunk.length
  }
  return chunks
}

/** The real dump behind so many comments that it takes several parts. */
function heavy(source: SourceDatabase): SourceDatabase {
  return {
    ...source,
    dump: (options, signal) => {
      const session = source.dump(options, signal)
      async function* chunks() {
        for (const chunk of ballast) yield chunk.slice()
        yield* session.chunks
      }
      return { ...session, chunks: chunks() }
    },
  }
}

/** The parts of a large database are far larger than a test can wait for. */
function inSmallParts(vault: Vault): Vault {
  return { ...vault, store: (request, source) => vault.store({ ...request, partSize }, source) }
}

function run(ports: Ports, signal?: AbortSignal) {
  const small = { ...ports, vault: inSmallParts(ports.vault), source: heavy(ports.source) }
  return backUp(small, backUpRequest(), signal)
}

function judge({ ok, reasonCode }: Told, { records }: { readonly records: { size: number } }) {
  if (ok === (records.size === 1)) return []
  return [`it said ${reasonCode} and there are ${records.size} records`]
}

function strike(kind: FaultKind, times: number, mustPass: boolean): Promise<string[]> {
  return strikeEach({
    scene,
    snapshot: [],
    kind,
    operations,
    times,
    mustPass,
    run: (ports) => run(ports),
    judge,
    judgeRepaired: judge,
  })
}

describe('a backup of several parts, its n-th request about them struck', { timeout }, () => {
  test('is of several parts', async () => {
    scene.server.createBucket('whole')
    const ports = openPorts(scene, 'whole')
    expect(await run(ports)).toMatchObject({ ok: true, reasonCode: 'completed' })
    ports.close()
    const parts = scene.server.requests.filter(({ operation }) => operation === 'UploadPart')
    expect(parts.length).toBeGreaterThan(1)
  })

  test.each(passing)('rides out one %s', async (kind) => {
    expect(await strike(kind, 1, true)).toEqual([])
  })

  test.each(lasting)('tells the truth while %s lasts', async (kind) => {
    expect(await strike(kind, Number.POSITIVE_INFINITY, false)).toEqual([])
  })
})

test('a backup that is cancelled between two parts leaves nothing but its FAILED entry', async () => {
  const bucket = 'cancelled'
  scene.server.createBucket(bucket)
  const cancel = new AbortController()
  const hang = scene.server.faults.add({ kind: 'hang', operation: 'UploadPart', nth: 2 })
  const ports = openPorts(scene, bucket)
  const source = { ...ports.source }
  const session: SourceDatabase['dump'] = (options, signal) => {
    const dump = ports.source.dump(options, signal)
    async function* chunks() {
      yield* dump.chunks
      cancel.abort(new Error('cancelled'))
      // Never ends by itself: what is cancelled has to end it.
      await new Promise<void>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        if (signal?.aborted === true) reject(signal.reason)
      })
    }
    return { ...dump, chunks: chunks() }
  }
  const result = await run({ ...ports, source: { ...source, dump: session } }, cancel.signal)
  hang.remove()
  ports.close()
  expect(result).toMatchObject({ ok: false, reasonCode: 'cancelled' })
  const peek = scene.server.peek(bucket)
  const contents = await readContents(peek)
  expect(await findLies(peek, contents)).toEqual([])
  expect(peek.uploads()).toEqual([])
  expect(peek.keys('strongroom/backups/')).toEqual([])
  expect(contents.manifest?.backups).toMatchObject([{ status: 'FAILED' }])
})
