import type { ObjectStore, Part, Purpose, UploadRef } from './object-store.ts'

/** Sends parts of equal size, a bounded number at a time, from buffers that it owns and reuses. */
export interface PartSender {
  /**
   * Copies `chunk` into the part that is being filled, and sends parts as they become full. Waits
   * while too many are in flight: this is what holds the source back.
   */
  push(chunk: Uint8Array): Promise<void>
  /** Sends what is left and waits for all. @returns the parts in order */
  finish(): Promise<readonly Part[]>
  /** Bytes taken so far. */
  size(): number
  /** Resolves once every part has been answered or given up. */
  settled(): Promise<void>
}

const inFlightMax = 2

/** What stopped a sender, where its purpose's signal did not. */
export interface PartSenderOptions {
  readonly store: ObjectStore
  readonly upload: UploadRef
  readonly partSize: number
  readonly purpose: Purpose
  /** Called once, with the first part's error. */
  readonly onFailed: (error: unknown) => void
}

/**
 * A sender for one upload. It never holds more than one buffer more than parts may be in flight;
 * each byte is copied once, from the source's chunk into the buffer that is sent.
 */
export function createPartSender(options: PartSenderOptions): PartSender {
  const { store, upload, partSize, purpose, onFailed } = options
  const parts: Part[] = []
  const free: Buffer[] = []
  const flying = new Set<Promise<void>>()
  let current: Buffer | undefined
  let filled = 0
  let total = 0
  let number = 0
  let failed: { readonly error: unknown } | undefined

  const fly = async (buffer: Buffer, length: number, partNumber: number): Promise<void> => {
    try {
      parts.push(await store.putPart(upload, partNumber, buffer.subarray(0, length), purpose))
      free.push(buffer)
    } catch (error) {
      if (failed !== undefined) return
      failed = { error }
      onFailed(error)
    }
  }
  const send = async (): Promise<void> => {
    while (flying.size >= inFlightMax) await Promise.race(flying)
    if (failed !== undefined) throw failed.error
    purpose.signal?.throwIfAborted()
    number += 1
    const flight = fly(current ?? Buffer.alloc(0), filled, number)
    flying.add(flight)
    void flight.then(() => flying.delete(flight))
    current = undefined
    filled = 0
  }
  const settled = async (): Promise<void> => {
    await Promise.all(flying)
  }
  return {
    push: async (chunk) => {
      let taken = 0
      while (taken < chunk.length) {
        current ??= free.pop() ?? Buffer.allocUnsafeSlow(partSize)
        const length = Math.min(partSize - filled, chunk.length - taken)
        current.set(chunk.subarray(taken, taken + length), filled)
        filled += length
        taken += length
        if (filled === partSize) await send()
      }
      total += chunk.length
    },
    finish: async () => {
      // An upload without any part cannot be completed, so an empty object is one empty part.
      if (filled > 0 || number === 0) await send()
      await settled()
      if (failed !== undefined) throw failed.error
      return parts.toSorted((one, other) => one.number - other.number)
    },
    size: () => total,
    settled,
  }
}
