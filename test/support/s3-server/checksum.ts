import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { createCrc32c } from './crc32c.ts'
import { createCrc64Nvme } from './crc64-nvme.ts'

/** Checksums that S3 verifies, by the ends of their headers' names (`x-amz-checksum-…`). */
export const CHECKSUM_NAMES = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const

/** One of {@link CHECKSUM_NAMES}. */
export type ChecksumName = (typeof CHECKSUM_NAMES)[number]

/** A sum that grows by chunks. */
export interface RunningSum {
  update(chunk: Buffer): void
  digest(): Buffer
}

/** A checksum of stored bytes, as S3 answers it. */
export interface Checksum {
  readonly name: ChecksumName
  /** Base 64; with `-parts` behind it where it is composite. */
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

function createCrc32(): RunningSum {
  let value = 0
  return {
    update(chunk) {
      value = crc32(chunk, value)
    },
    digest() {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

/** A new sum of the named kind. */
export function createSum(name: ChecksumName | 'md5'): RunningSum {
  if (name === 'crc32') return createCrc32()
  if (name === 'crc32c') return createCrc32c()
  if (name === 'crc64nvme') return createCrc64Nvme()
  const hash = createHash(name)
  return {
    update(chunk) {
      hash.update(chunk)
    },
    digest: () => hash.digest(),
  }
}

/** Recognises a checksum's name in whatever case S3 and its clients write it. */
export function checksumNameOf(text: string): ChecksumName | undefined {
  return CHECKSUM_NAMES.find((name) => name === text.toLowerCase())
}

/**
 * The checksum of the parts' checksums.
 *
 * Source: Amazon S3 user guide, "Checking object integrity", composite checksums.
 */
export function compositeChecksum(name: ChecksumName, parts: readonly string[]): Checksum {
  const sum = createSum(name)
  for (const part of parts) sum.update(Buffer.from(part, 'base64'))
  return { name, value: `${sum.digest().toString('base64')}-${parts.length}`, type: 'COMPOSITE' }
}
