import { release } from './release.ts'

/**
 * Joins chunks into pieces of at least `sizeBytes`, since every call into node has its price. The chunks
 * are taken over.
 */
export async function* collect(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    parts.push(chunk)
    size += chunk.length
    if (size >= sizeBytes) {
      yield parts.length === 1 ? chunk : join(parts, size)
      parts = []
      size = 0
    }
  }
  if (size > 0) {
    yield join(parts, size)
  }
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = Buffer.concat(parts, size)
  for (const part of parts) release(part)
  return whole
}
