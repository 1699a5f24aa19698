import type { Peek } from '../s3-server/peek.ts'

/** Remembers all that is in a bucket. Returns how to put it back, and take everything else away. */
export async function keepBucket(peek: Peek): Promise<() => Promise<void>> {
  const kept = await Promise.all(
    peek.keys().map(async (key) => {
      return { key, bytes: await peek.read(key), metadata: peek.describe(key)?.metadata ?? {} }
    }),
  )
  return async () => {
    for (const key of peek.keys()) await peek.remove(key)
    for (const { key, bytes, metadata } of kept) await peek.write(key, bytes, metadata)
  }
}
