import type { IncomingMessage } from 'node:http'
import { type Operation, operationOf } from './operation.ts'
import { s3Error } from './s3-error.ts'

/** A request as far as its line and headers tell. */
export interface S3Request {
  /** Number of its arrival, from 1. */
  readonly n: number
  readonly operation: Operation
  readonly method: string
  /** Decoded; empty where the service itself is addressed. */
  readonly bucket: string
  /** Decoded; empty where a bucket is addressed. */
  readonly key: string
  readonly path: string
  /** Decoded names and values in the order of the request line. */
  readonly query: readonly (readonly [string, string])[]
  readonly headers: IncomingMessage['headersDistinct']
  readonly partNumber: number | undefined
  readonly uploadId: string | undefined
}

/** Undoes percent encoding. @throws S3Error `InvalidURI` */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    if (cause instanceof URIError) {
      throw s3Error(400, 'InvalidURI', 'Could not parse the specified URI.')
    }
    throw cause
  }
}

function parseQuery(text: string): [string, string][] {
  if (text === '') return []
  return text.split('&').map((pair) => {
    const at = pair.indexOf('=')
    const name = at < 0 ? pair : pair.slice(0, at)
    const value = at < 0 ? '' : pair.slice(at + 1)
    return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))]
  })
}

/**
 * Reads the address of a request, path style only: `/bucket/key?query`.
 *
 * @throws S3Error `InvalidURI` where the percent encoding is broken
 */
export function parseRequest(incoming: IncomingMessage, n: number): S3Request {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const path = decode(mark < 0 ? url : url.slice(0, mark))
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1))
  const slash = path.indexOf('/', 1)
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash)
  const key = slash < 0 ? '' : path.slice(slash + 1)
  const method = incoming.method ?? 'GET'
  const headers = incoming.headersDistinct
  const names = new Set(query.map(([name]) => name))
  const partText = queryValue({ query }, 'partNumber')
  return {
    n,
    operation: operationOf(method, bucket, key, names, headers),
    method,
    bucket,
    key,
    path,
    query,
    headers,
    partNumber: partText === undefined ? undefined : Number(partText),
    uploadId: queryValue({ query }, 'uploadId'),
  }
}

/** The first value of a query parameter. */
export function queryValue(request: Pick<S3Request, 'query'>, name: string): string | undefined {
  return request.query.find(([candidate]) => candidate === name)?.[1]
}

/** A header's value; repeated ones joined by a comma. `name` in lower case. */
export function headerValue(request: Pick<S3Request, 'headers'>, name: string): string | undefined {
  return request.headers[name]?.join(',')
}
