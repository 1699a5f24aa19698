/**
 * What is known of a failed request, without anything secret: the SDK's own errors may carry the
 * string that was signed, the access key or the whole response, so none is passed on.
 */
export interface Fault {
  /** The server's code ("SlowDown"), the system's ("ECONNRESET") or the SDK's ("TimeoutError"). */
  readonly code: string
  readonly status?: number
  readonly requestId?: string
  /** Region that the server says the bucket is in. */
  readonly region?: string
  /** The answer could not be read as S3's XML: a proxy, or no S3 at all. */
  readonly isForeignAnswer: boolean
  /** The refusal speaks of a lock or a retention; the codes of providers differ, R2's is unknown. */
  readonly mentionsLock: boolean
}

/** What a fault means for whoever sent the request. */
export type FaultKind =
  | 'transient'
  | 'condition_failed'
  | 'conflict'
  | 'missing'
  | 'unsupported'
  | 'refused'

const networkCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
  'TimeoutError',
])

const transientCodes: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'InternalError',
  // Ceph's word for OperationAborted, seen under a race of eight.
  'ConcurrentModification',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
])

const lockWords = /lock(?!out)|retention|retain|immutable|worm\b/i

const missingCodes: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound'])

/** Reads what an SDK error says of itself. */
export function readFault(error: unknown): Fault {
  if (!isObject(error)) return { code: 'unknown', isForeignAnswer: false, mentionsLock: false }
  const metadata = isObject(error['$metadata']) ? error['$metadata'] : {}
  const status = asNumber(metadata['httpStatusCode'])
  const requestId = asText(error['RequestId']) ?? asText(metadata['requestId'])
  const region = asText(error['Region']) ?? regionHeader(error['$response'])
  const code = codeOf(error)
  const message = asText(error['message']) ?? ''
  return {
    code,
    isForeignAnswer: message.startsWith('@aws-sdk XML parse error'),
    mentionsLock: lockWords.test(`${code} ${message}`),
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId: clean(requestId) }),
    ...(region !== undefined && { region: clean(region) }),
  }
}

/** Whether the request never got an answer. */
export function isNetworkFault(fault: Fault): boolean {
  return fault.status === undefined && networkCodes.has(fault.code)
}

/**
 * A clock fault counts as transient: the SDK has learnt the server's time from the refusal, so the
 * next try is signed with it.
 */
export function faultKind(fault: Fault): FaultKind {
  const { code, status = 0 } = fault
  // With a status too: an answer that was cut off before it had said why.
  if (networkCodes.has(code) || transientCodes.has(code)) return 'transient'
  if (status === 501 || code === 'NotImplemented') return 'unsupported'
  if (status >= 500 || status === 408 || status === 429) return 'transient'
  if (status >= 200 && status < 300) return 'transient'
  if (status === 412) return 'condition_failed'
  if (code === 'ConditionalRequestConflict') return 'conflict'
  if (status === 404 && missingCodes.has(code)) return 'missing'
  return 'refused'
}

function codeOf(error: Record<string, unknown>): string {
  const name = asText(error['name'])
  const system = asText(error['code'])
  const server = asText(error['Code'])
  const isNameless = name === undefined || name === 'Error' || name === 'Unknown'
  return clean(server ?? (isNameless ? system : name) ?? system ?? 'unknown')
}

/** Codes come from a server that may not be the one that is meant: no more than a word of it. */
function clean(code: string): string {
  return code.replace(/[^A-Za-z0-9_.-]/g, '').slice(0, 64)
}

function regionHeader(response: unknown): string | undefined {
  if (!isObject(response) || !isObject(response['headers'])) return undefined
  return asText(response['headers']['x-amz-bucket-region'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
