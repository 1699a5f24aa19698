import { isIP } from 'node:net'
import { Failure } from '../domain/failure.ts'

/** How a bucket is addressed, and what its provider is known to want. */
export interface Addressing {
  /** Absent on AWS, where the SDK builds it from the region. */
  readonly endpoint?: string
  /** For messages and for the vault's `endpoint`. */
  readonly host: string
  /** What requests are signed for, at first. */
  readonly region: string
  /** No region was asked for: the one that a refusal names is taken. */
  readonly isRegionOpen: boolean
  readonly forcePathStyle: boolean
  /** Whether the provider takes the SDK's own checksums; the others get Content-MD5. */
  readonly takesChecksums: boolean
  /** Whether the connection itself proves that parts arrive as they were sent. */
  readonly isPrivateChannel: boolean
  /** AWS alone is known to honour If-Match on DeleteObject. */
  readonly removesConditionally: boolean
}

const awsRegionDefault = 'us-east-1'

/**
 * Reads the region and the endpoint as a user gives them.
 *
 * Checksums: R2 and AWS take CRC32 in a header; many compatible services refuse it. Path style for
 * every custom endpoint: buckets are not always names in its DNS, and never below an IP address.
 *
 * @throws {Failure} `invalid_input` for an endpoint that is none; the message repeats nothing of it
 */
export function readAddressing(region: string, endpoint: string | undefined): Addressing {
  if (endpoint === undefined || endpoint.trim() === '') return addressAws(region)
  const url = parseEndpoint(endpoint.trim())
  const isAws = isAmazon(url.hostname)
  const isSecure = url.protocol === 'https:'
  return {
    endpoint: `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`,
    host: url.host,
    region: isAws ? regionOf(url.hostname, region) : region || 'auto',
    isRegionOpen: isUnknown(region),
    forcePathStyle: !isAws,
    takesChecksums: isAws || url.hostname.endsWith('.r2.cloudflarestorage.com'),
    isPrivateChannel: isSecure || isLoopback(url.hostname),
    removesConditionally: isAws,
  }
}

function addressAws(region: string): Addressing {
  const isRegionOpen = isUnknown(region)
  return {
    host: isRegionOpen ? 's3.amazonaws.com' : `s3.${region}.amazonaws.com`,
    region: isRegionOpen ? awsRegionDefault : region,
    isRegionOpen,
    forcePathStyle: false,
    takesChecksums: true,
    isPrivateChannel: true,
    removesConditionally: true,
  }
}

function parseEndpoint(text: string): URL {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === null || !isWeb || url.username !== '' || url.password !== '' || url.search !== '') {
    throw new Failure({
      code: 'invalid_input',
      stage: 'inputs',
      message:
        'Cannot use the input "endpoint": it is not the address of an S3 API, expected something like "https://host" without credentials',
      hint: 'Set "endpoint" (AWS_S3_ENDPOINT) to the address that your provider names, or leave it empty for AWS.',
    })
  }
  return url
}

function isAmazon(hostname: string): boolean {
  return hostname.endsWith('.amazonaws.com') || hostname.endsWith('.amazonaws.com.cn')
}

/** "auto" is no region of AWS; its hosts name the one that they serve. */
function regionOf(hostname: string, region: string): string {
  if (!isUnknown(region)) return region
  return /(?:^|[.-])([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(hostname)?.[1] ?? awsRegionDefault
}

function isUnknown(region: string): boolean {
  return region === '' || region === 'auto'
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '')
  if (bare === 'localhost') return true
  return isIP(bare) === 4 ? bare.startsWith('127.') : bare === '::1'
}
