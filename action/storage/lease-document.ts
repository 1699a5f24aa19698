import { z } from 'zod'
import { instantSchema } from '../domain/backup.ts'
import { readJson, writeJson } from './read-json.ts'

/** The lease of a holder that died is free after so long. */
export const leaseTtlMs = 30_000

/** What lies in a lease's object. */
export interface LeaseDocument {
  readonly version: 1
  readonly name: string
  readonly holder: string
  /** One acquisition's own mark: how an unknown outcome is read back. */
  readonly nonce: string
  /** Grows with every change of holder. */
  readonly generation: number
  readonly acquiredAt: string
  /** By the bucket's clock. In the past where it was released. */
  readonly expiresAt: string
}

const leaseSchema = z.looseObject({
  version: z.literal(1),
  name: z.string(),
  holder: z.string(),
  nonce: z.string(),
  generation: z.int().nonnegative(),
  acquiredAt: instantSchema,
  expiresAt: instantSchema,
})

/** `undefined` where it cannot be understood. */
export function parseLease(bytes: Uint8Array): LeaseDocument | undefined {
  const json = readJson(bytes)
  const parsed = leaseSchema.safeParse(json?.value)
  return parsed.success ? parsed.data : undefined
}

export function writeLease(lease: LeaseDocument): Uint8Array {
  return writeJson(lease)
}
