import { checksumNameOf } from './checksum.ts'
import { s3Error } from './s3-error.ts'
import { headerValue, type S3Request } from './s3-request.ts'
import type { Rules, Settings } from './settings.ts'
import type { StoredObject } from './state.ts'

const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const

const METADATA_MAX_BYTES: Readonly<Record<Rules, number>> = { aws: 2048, r2: 8192 }

const KEY_MAX_BYTES = 1024

/** Headers that R2 lists as not implemented for objects. */
const UNKNOWN_TO_R2 = [
  'x-amz-acl',
  'x-amz-expected-bucket-owner',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-tagging',
] as const

function metadataOf(request: S3Request): Record<string, string> {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-meta-'))
  return Object.fromEntries(names.map((name) => [name, headerValue(request, name) ?? '']))
}

function checkMetadata(metadata: Record<string, string>, rules: Rules): void {
  const size = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + Buffer.byteLength(value),
    0,
  )
  if (size <= METADATA_MAX_BYTES[rules]) return
  throw s3Error(
    400,
    'MetadataTooLarge',
    'Your metadata headers exceed the maximum allowed metadata size',
    { Size: String(size), MaxSizeAllowed: String(METADATA_MAX_BYTES[rules]) },
  )
}

/** `aws-chunked` is how the body travels, not how the object is encoded. */
function withoutChunking(encoding: string): string {
  const kept = encoding.split(',').map((one) => one.trim())
  return kept.filter((one) => one !== 'aws-chunked' && one !== '').join(',')
}

/**
 * The headers that an object keeps of the request that wrote it.
 *
 * @throws S3Error where the metadata or the key is too large, or R2 would not take a header
 */
export function keptHeaders(request: S3Request, settings: Settings): Record<string, string> {
  if (Buffer.byteLength(request.key) > KEY_MAX_BYTES) {
    throw s3Error(400, 'KeyTooLongError', 'Your key is too long', {
      Size: String(Buffer.byteLength(request.key)),
      MaxSizeAllowed: String(KEY_MAX_BYTES),
    })
  }
  const unknown = UNKNOWN_TO_R2.find((name) => request.headers[name] !== undefined)
  if (settings.rules === 'r2' && unknown !== undefined) {
    throw s3Error(
      501,
      'NotImplemented',
      `Header '${unknown}' with value '${headerValue(request, unknown)}' not implemented`,
    )
  }
  const metadata = metadataOf(request)
  checkMetadata(metadata, settings.rules)
  const kept: Record<string, string> = { 'content-type': 'application/octet-stream' }
  for (const name of KEPT) {
    const value = headerValue(request, name)
    if (value !== undefined) kept[name] = value
  }
  const encoding = withoutChunking(kept['content-encoding'] ?? '')
  if (encoding === '') delete kept['content-encoding']
  else kept['content-encoding'] = encoding
  return { ...kept, ...metadata }
}

/** The headers of a checksum, where there is one. */
export function checksumHeaders(
  checksum: StoredObject['checksum'],
): Readonly<Record<string, string>> {
  if (checksum === undefined) return {}
  return {
    [`x-amz-checksum-${checksum.name}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  }
}

/** The headers that describe a stored object in an answer to GET or HEAD. */
export function objectHeaders(request: S3Request, object: StoredObject): Record<string, string> {
  const wantsChecksum = headerValue(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
  return {
    ...object.headers,
    'accept-ranges': 'bytes',
    etag: `"${object.etag}"`,
    'last-modified': object.modifiedAt.toUTCString(),
    ...(wantsChecksum ? checksumHeaders(object.checksum) : {}),
  }
}

/** The checksum algorithm that a new multipart upload asks for. */
export function uploadChecksumOf(request: S3Request) {
  const text = headerValue(request, 'x-amz-checksum-algorithm')
  const name = text === undefined ? undefined : checksumNameOf(text)
  if (text === undefined) return undefined
  if (name === undefined) {
    throw s3Error(
      400,
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    )
  }
  const fallback = name === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE'
  const type = headerValue(request, 'x-amz-checksum-type')?.toUpperCase() ?? fallback
  const isImpossible =
    (name === 'crc64nvme' && type === 'COMPOSITE') ||
    (name.startsWith('sha') && type === 'FULL_OBJECT')
  if (isImpossible || (type !== 'FULL_OBJECT' && type !== 'COMPOSITE')) {
    throw s3Error(
      400,
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${name} checksum algorithm.`,
    )
  }
  return { name, type } as const
}
