import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { byUtf8, nameEncoder, pageOf, pageSizeOf } from './paging.ts'
import { s3Error } from './s3-error.ts'
import { queryValue } from './s3-request.ts'
import { bucketOf, type StoredObject } from './state.ts'
import { document, element } from './xml.ts'

const TOKEN_MARK = 'after:'

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text.startsWith(TOKEN_MARK)) return text.slice(TOKEN_MARK.length)
  throw s3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  })
}

function writeToken(last: string | undefined): string {
  return Buffer.from(`${TOKEN_MARK}${last ?? ''}`, 'utf8').toString('base64url')
}

function contents(name: string, object: StoredObject | undefined, encode: (n: string) => string) {
  if (object === undefined) return undefined
  return element(
    'Contents',
    element('Key', encode(name)),
    element('LastModified', object.modifiedAt.toISOString()),
    element('ETag', `"${object.etag}"`),
    object.checksum && element('ChecksumAlgorithm', object.checksum.name.toUpperCase()),
    object.checksum && element('ChecksumType', object.checksum.type),
    element('Size', object.size),
    element('StorageClass', 'STANDARD'),
  )
}

/** A page of a bucket's keys, strongly consistent. */
export function listObjects({ request, state }: Exchange): Answer {
  const bucket = bucketOf(state, request.bucket)
  const value = (name: string) => queryValue(request, name)
  const encode = nameEncoder(request)
  const limit = pageSizeOf(request, 'max-keys')
  const token = value('continuation-token')
  const startAfter = value('start-after')
  const [prefix, delimiter] = [value('prefix') ?? '', value('delimiter') ?? '']
  const after = token === undefined ? (startAfter ?? '') : readToken(token)
  const sorted = [...bucket.objects.keys()].sort(byUtf8)
  const page = pageOf(sorted, { prefix, delimiter, after, limit })
  const keys = page.lines.filter((line) => !line.isPrefix)
  const prefixes = page.lines.filter((line) => line.isPrefix)
  return xmlAnswer(
    document(
      'ListBucketResult',
      element('Name', bucket.name),
      element('Prefix', encode(prefix)),
      delimiter === '' ? undefined : element('Delimiter', encode(delimiter)),
      startAfter === undefined ? undefined : element('StartAfter', encode(startAfter)),
      element('KeyCount', page.lines.length),
      element('MaxKeys', limit),
      value('encoding-type') && element('EncodingType', 'url'),
      element('IsTruncated', page.isTruncated),
      token === undefined ? undefined : element('ContinuationToken', token),
      page.isTruncated
        ? element('NextContinuationToken', writeToken(page.lines.at(-1)?.name))
        : undefined,
      keys.map(({ name }) => contents(name, bucket.objects.get(name), encode)),
      prefixes.map(({ name }) => element('CommonPrefixes', element('Prefix', encode(name)))),
    ),
  )
}
