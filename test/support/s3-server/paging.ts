import { s3Error } from './s3-error.ts'
import { queryValue, type S3Request } from './s3-request.ts'

/** S3 puts no more on one page, whatever is asked for. */
const PAGE_MAX = 1000

/**
 * Order of UTF-8 bytes, in which S3 lists; that of UTF-16 units, which `<` has, differs for
 * characters beyond the basic plane.
 */
export function byUtf8(a: string, b: string): number {
  if (a === b) return 0
  // biome-ignore lint/suspicious/noControlCharactersInRegex: tells plain ASCII apart
  if (/^[\u0000-\u007f]*$/.test(a) && /^[\u0000-\u007f]*$/.test(b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Reads a page-size parameter. @throws S3Error `InvalidArgument` */
export function pageSizeOf(request: S3Request, name: string): number {
  const text = queryValue(request, name)
  if (text === undefined || text === '') return PAGE_MAX
  if (!/^\d{1,10}$/.test(text)) {
    throw s3Error(
      400,
      'InvalidArgument',
      `Provided ${name} not an integer or within integer range`,
      {
        ArgumentName: name,
        ArgumentValue: text,
      },
    )
  }
  return Math.min(Number(text), PAGE_MAX)
}

/** How names are written into a listing: as they are, or percent-encoded where the client asks. */
export function nameEncoder(request: S3Request): (name: string) => string {
  const type = queryValue(request, 'encoding-type')
  if (type === undefined) return (name) => name
  if (type !== 'url') {
    throw s3Error(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: type,
    })
  }
  return (name) =>
    encodeURIComponent(name)
      .replaceAll('%20', '+')
      .replaceAll('%2F', '/')
      .replaceAll(/[!'()]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** One line of a listing: a name, or what several names begin with. */
export interface Line {
  readonly name: string
  readonly isPrefix: boolean
}

/** A page of a listing. */
export interface Page {
  readonly lines: readonly Line[]
  readonly isTruncated: boolean
}

/** Which names a listing is about. */
export interface Selection {
  readonly prefix: string
  readonly delimiter: string
  /** Only names, and common prefixes, behind this one. */
  readonly after: string
  readonly limit: number
}

/** Cuts a page out of sorted names; names that share a part up to the delimiter become one line. */
export function pageOf(sorted: readonly string[], selection: Selection): Page {
  const { prefix, delimiter, after, limit } = selection
  const lines: Line[] = []
  let last = after
  for (const name of sorted) {
    if (!name.startsWith(prefix) || byUtf8(name, after) <= 0) continue
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    const shown = at < 0 ? name : name.slice(0, at + delimiter.length)
    if (at >= 0 && (shown === last || after.startsWith(shown))) continue
    if (lines.length === limit) return { lines, isTruncated: limit > 0 }
    lines.push({ name: shown, isPrefix: at >= 0 })
    last = shown
  }
  return { lines, isTruncated: false }
}
