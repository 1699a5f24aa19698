import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'
import {
  bytesOf,
  connect,
  idOf,
  keyOf,
  minPartSize,
  newBucket,
  type TestBucket,
} from './bucket-fixture.ts'

const key = keyOf(idOf(1))
const request = { key, metadata: { nonce: 'nonce-1' }, partSize: minPartSize }

describe('an endpoint that falls silent', () => {
  let server: S3Server

  beforeEach(async () => {
    server = await startS3Server()
  })

  afterEach(async () => {
    await server.close()
  })

  it('is abandoned and asked again', async () => {
    const bucket = newBucket(server)
    const hanging = server.faults.add({ kind: 'hang', times: 2 })
    expect(await bucket.catalog.read()).toMatchObject({ backups: [] })
    expect(hanging.struck()).toBe(2)
    bucket.close()
  })

  it('is given up where it stays silent', async () => {
    const bucket = newBucket(server, { requestTimeoutMs: 100 })
    server.faults.add({ kind: 'hang', times: Infinity })
    await expect(bucket.catalog.read()).rejects.toMatchObject({ code: 'bucket_unreachable' })
    bucket.close()
  })

  it('does not keep a cancelled upload waiting', async () => {
    const bucket = newBucket(server, { requestTimeoutMs: 60_000 })
    const abort = new AbortController()
    server.faults.add({ kind: 'hang', operation: 'UploadPart', times: Infinity })
    const storing = bucket.vault.store(
      { ...request, signal: abort.signal },
      bytesOf(4 * minPartSize),
    )
    const outcome = expect(storing).rejects.toThrow('stopped')
    while (!server.requests.some(({ operation }) => operation === 'UploadPart')) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const before = performance.now()
    abort.abort(new Error('stopped'))
    await outcome
    expect(performance.now() - before).toBeLessThan(7_000)
    expect(server.peek(bucket.name).uploads()).toEqual([])
    bucket.close()
  })

  it('does not keep a cancelled upload waiting where aborting hangs as well', async () => {
    const bucket = newBucket(server, { requestTimeoutMs: 60_000 })
    const abort = new AbortController()
    server.faults.add({
      kind: 'hang',
      operation: ['UploadPart', 'AbortMultipartUpload'],
      times: Infinity,
    })
    const storing = bucket.vault.store(
      { ...request, signal: abort.signal },
      bytesOf(4 * minPartSize),
    )
    const outcome = expect(storing).rejects.toThrow('stopped')
    while (!server.requests.some(({ operation }) => operation === 'UploadPart')) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const before = performance.now()
    abort.abort(new Error('stopped'))
    await outcome
    expect(performance.now() - before).toBeLessThan(7_000)
    expect(bucket.warnings.join()).toContain('could not be aborted')
    bucket.close()
  })
})

describe('an answer that stops within its body', () => {
  const bytes = Buffer.from('The quick brown fox jumps over the lazy dog')
  const ranges: (string | undefined)[] = []
  let server: HttpServer
  let bucket: TestBucket

  beforeEach(async () => {
    ranges.length = 0
    server = createHttpServer((request, response) => {
      const { method, headers } = request
      const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
      const rest = bytes.subarray(start)
      response.writeHead(start > 0 ? 206 : 200, {
        etag: '"1"',
        'content-length': rest.length,
        ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
      })
      if (method === 'HEAD') return void response.end()
      ranges.push(headers.range)
      if (ranges.length > 2) return void response.end(rest)
      response.write(rest.subarray(0, 10))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const someone = { accessKeyId: 'a', secretAccessKey: 'b' } as S3Server
    bucket = connect({ ...someone, endpoint: `http://127.0.0.1:${port}` }, 'backups', {
      requestTimeoutMs: 150,
    })
  })

  afterEach(async () => {
    bucket.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('is abandoned, and read on from there', async () => {
    const found = Buffer.concat(await Array.fromAsync(bucket.vault.read(key)))
    expect(found.toString()).toBe(bytes.toString())
    expect(ranges).toEqual([undefined, 'bytes=10-', 'bytes=20-'])
  })

  it('does not keep a cancelled reader waiting', async () => {
    const abort = new AbortController()
    const reading = (async () => {
      for await (const _ of bucket.vault.read(key, abort.signal)) abort.abort(new Error('stopped'))
    })()
    await expect(reading).rejects.toThrow('stopped')
  })
})

describe('a port that accepts and says nothing', () => {
  const sockets = new Set<Socket>()
  let server: Server
  let endpoint: string

  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    endpoint = `://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it.each(['http', 'https'])('is given up over %s', async (scheme) => {
    const someone = { accessKeyId: 'a', secretAccessKey: 'b' } as S3Server
    const bucket = connect({ ...someone, endpoint: `${scheme}${endpoint}` }, 'backups', {
      requestTimeoutMs: 100,
      connectTimeoutMs: 100,
    })
    await expect(bucket.catalog.read()).rejects.toMatchObject({ code: 'bucket_unreachable' })
    bucket.close()
  })
})
