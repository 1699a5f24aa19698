import { CHECKSUM_NAMES, type ChecksumName } from './checksum.ts'
import { s3Error } from './s3-error.ts'
import type { Rules } from './settings.ts'
import type { StoredPart, Upload } from './state.ts'
import { innerElements, textOf } from './xml.ts'

/** Every part but the last has at least this size. */
const PART_MIN_BYTES = 5 * 1024 * 1024

/** A part as a completion names it. */
export interface ClaimedPart {
  readonly partNumber: number
  readonly etag: string
  readonly checksums: ReadonlyMap<ChecksumName, string>
}

function malformed(): Error {
  return s3Error(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

/** Reads the parts that a completion names. @throws S3Error `MalformedXML` */
export function readClaims(xml: string): ClaimedPart[] {
  const claims = innerElements(xml, 'Part').map((part): ClaimedPart => {
    const etag = textOf(part, 'ETag')
    const partNumber = Number(textOf(part, 'PartNumber'))
    if (etag === undefined || !Number.isInteger(partNumber)) throw malformed()
    const checksums = new Map<ChecksumName, string>()
    for (const name of CHECKSUM_NAMES) {
      const value = textOf(part, `Checksum${name.toUpperCase()}`)
      if (value !== undefined) checksums.set(name, value)
    }
    return { partNumber, etag: etag.replaceAll('"', ''), checksums }
  })
  if (claims.length === 0) throw malformed()
  return claims
}

function invalidPart(upload: Upload, claim: ClaimedPart): Error {
  return s3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: upload.id, PartNumber: String(claim.partNumber), ETag: claim.etag },
  )
}

/** The stored part that is meant. @throws S3Error where there is none, or its sums differ */
export function matchPart(upload: Upload, claim: ClaimedPart): StoredPart {
  const part = upload.parts.get(claim.partNumber)
  if (part === undefined || part.etag !== claim.etag) throw invalidPart(upload, claim)
  const declared = upload.checksum
  if (declared?.type === 'COMPOSITE' && !claim.checksums.has(declared.name)) {
    throw s3Error(
      400,
      'InvalidRequest',
      `The upload was created using a ${declared.name} checksum. The complete request must include the checksum for each part. It was missing for part ${claim.partNumber} in the request.`,
    )
  }
  for (const [name, value] of claim.checksums) {
    if (part.checksum?.name === name && part.checksum.value !== value) {
      throw invalidPart(upload, claim)
    }
  }
  return part
}

/** @throws S3Error `InvalidPartOrder` */
export function assertOrdered(claims: readonly ClaimedPart[]): void {
  const isOrdered = claims.every(
    (claim, at) => at === 0 || claim.partNumber > (claims[at - 1]?.partNumber ?? 0),
  )
  if (isOrdered) return
  throw s3Error(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  )
}

/**
 * Every part but the last must have the minimum size; R2 wants them equal, the last not larger.
 *
 * @throws S3Error `EntityTooSmall`, `InvalidPart`
 */
export function assertSizes(parts: readonly StoredPart[], rules: Rules): void {
  const sizes = parts.map((part) => part.segment.size)
  const small = sizes.slice(0, -1).findIndex((size) => size < PART_MIN_BYTES)
  if (small >= 0) {
    throw s3Error(
      400,
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      {
        ProposedSize: String(sizes[small]),
        MinSizeAllowed: String(PART_MIN_BYTES),
        PartNumber: String(parts[small]?.partNumber),
      },
    )
  }
  const [first = 0] = sizes
  const isUneven = sizes.some((size, at) => (at < sizes.length - 1 ? size !== first : size > first))
  if (rules === 'r2' && isUneven) {
    throw s3Error(400, 'InvalidPart', 'All non-trailing parts must have the same length.')
  }
}
