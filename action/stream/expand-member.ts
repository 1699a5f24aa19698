import type { TransformOptions } from 'node:stream'
import { crc32, createInflateRaw, type InflateRaw, type ZlibOptions } from 'node:zlib'
import { Failure } from '../domain/failure.ts'
import { collect } from './collect.ts'
import { readSource } from './read-source.ts'
import { release } from './release.ts'

const inputSizeBytes = 256 * 1024
/** No chunk that comes out is larger. */
export const expandedSizeMaxBytes = 256 * 1024
/** Output that may wait while the reader is busy: it keeps the decompressor running meanwhile. */
const outputsWaitingMax = 4
const headerSizeBytes = 10
const trailerSizeBytes = 8

/**
 * zlib's streams pass these on to the stream below, though their types do not say so. Object mode keeps the
 * outputs that wait apart: a reader that falls behind would be given all of them as one copy.
 */
const inflateSettings: ZlibOptions & TransformOptions = {
  chunkSize: expandedSizeMaxBytes,
  readableObjectMode: true,
  readableHighWaterMark: outputsWaitingMax,
  writableHighWaterMark: inputSizeBytes,
}

/** What is done with the stored bytes on their way; called before they are decompressed. */
export type OnStored = (chunk: Uint8Array) => void | Promise<void>

/**
 * Decompresses exactly one gzip member. node's own gunzip accepts a second member after the first
 * and cannot see that it is missing, so the frame is checked here: header, CRC-32, size, and not a
 * byte more. However it ends, `stored` has been told to stop and no `onStored` is running. The chunks
 * of `stored` are taken over: their memory is given back.
 * @throws Failure `backup_corrupt`
 */
export async function* expandMember(
  stored: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
  onStored?: OnStored,
): AsyncGenerator<Uint8Array, void, undefined> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const inflate = createInflateRaw(inflateSettings)
  const feeding = feed(readSource(stored, either), inflate, onStored)
  feeding.catch((error: unknown) => inflate.destroy(asError(error)))
  let crc = 0
  let rawSize = 0
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc)
      rawSize += chunk.length
      yield chunk
    }
    checkTrailer(await feeding, inflate.bytesWritten, crc, rawSize)
  } catch (error) {
    throw isZlibError(error)
      ? corrupt('its compressed data are damaged or cut short', error)
      : error
  } finally {
    stop.abort()
    inflate.destroy()
    await Promise.allSettled([feeding])
  }
}

interface Fed {
  readonly size: number
  readonly tail: Buffer
}

/** Writes everything after the header into `inflate`, and reads on after its end. */
async function feed(
  stored: AsyncIterable<Uint8Array>,
  inflate: InflateRaw,
  onStored: OnStored | undefined,
): Promise<Fed> {
  let size = 0
  let tail: Buffer = Buffer.alloc(0)
  for await (const chunk of collect(stored, inputSizeBytes)) {
    const work = onStored?.(chunk)
    const isFirst = size === 0
    if (isFirst) {
      checkHeader(chunk)
    }
    size += chunk.length
    const last = chunk.subarray(Math.max(0, chunk.length - trailerSizeBytes))
    tail = Buffer.concat([tail, last]).subarray(-trailerSizeBytes)
    if (takesMore(inflate)) {
      // After an error the decompressor may still be reading it.
      const onRead = (error: unknown) => {
        if (!error) void Promise.allSettled([work]).then(() => release(chunk))
      }
      inflate.write(isFirst ? chunk.subarray(headerSizeBytes) : chunk, onRead)
    }
    await work
    if (inflate.writableNeedDrain && takesMore(inflate)) {
      await drained(inflate)
    }
  }
  if (size === 0) {
    throw corrupt('it is empty')
  }
  inflate.end()
  return { size, tail }
}

/** False once it has met the end of its data, or was given up. */
function takesMore(inflate: InflateRaw): boolean {
  return !inflate.readableEnded && !inflate.destroyed
}

const drainEvents = ['drain', 'end', 'close', 'error'] as const

/** A decompressor that has met the end of its data never drains: its end counts as well. */
function drained(inflate: InflateRaw): Promise<void> {
  return new Promise((resolve) => {
    const onEvent = () => {
      for (const event of drainEvents) inflate.off(event, onEvent)
      resolve()
    }
    for (const event of drainEvents) inflate.on(event, onEvent)
  })
}

function checkHeader(first: Uint8Array): void {
  const isPlainMember = first[0] === 0x1f && first[1] === 0x8b && first[2] === 8 && first[3] === 0
  if (first.length < headerSizeBytes || !isPlainMember) {
    throw corrupt('it does not begin as a gzip file of ours')
  }
}

function checkTrailer(fed: Fed, deflatedSize: number, crc: number, rawSize: number): void {
  const wanted = headerSizeBytes + deflatedSize + trailerSizeBytes
  if (fed.size !== wanted) {
    throw corrupt(`it has ${fed.size} bytes, its content ends after ${wanted}`)
  }
  if (fed.tail.readUInt32LE(0) !== crc || fed.tail.readUInt32LE(4) !== rawSize % 2 ** 32) {
    throw corrupt('its content does not have the CRC-32 and size that it ends with')
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function corrupt(what: string, cause?: unknown): Failure {
  return new Failure({
    code: 'backup_corrupt',
    stage: 'check',
    message: `Cannot decompress the backup: ${what}, expected one whole gzip member`,
    hint: 'Choose another backup; run the command repair to see what is stored under this one.',
    cause,
  })
}
