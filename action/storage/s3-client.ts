import { S3Client } from '@aws-sdk/client-s3'
import type { Clock } from '../job/ports.ts'
import type { Addressing } from './addressing.ts'
import type { ServerClock } from './server-clock.ts'
import type { SigningRegion } from './signing-region.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** What the client is made of. */
export interface ClientSettings {
  readonly addressing: Addressing
  readonly region: SigningRegion
  /** Absent: the SDK's own chain (environment, OIDC, profile, instance). */
  readonly credentials?: Credentials | undefined
  readonly clock: Clock
  readonly serverClock: ServerClock
  readonly connectTimeoutMs: number
  /** No request may be silent for longer. */
  readonly requestTimeoutMs: number
}

/** The SDK starts to watch a socket only 3 s after the request where the limit is 6 s or more. */
const watchDelayMs = 3_000
const watchDelayedFromMs = 6_000
const partHeader = 'x-amz-content-sha256'

/**
 * The SDK's client as this room needs it.
 *
 * One attempt a request: repeating is ours (`send-with-retries.ts`). Silence is watched on the
 * socket, so that a slow part may take its time and a dead server may not. No `Expect: 100-continue`:
 * it would cost a connection a part. Responses are not checked against checksums by default: whole
 * objects carry our own SHA-256.
 */
export function createS3Client(settings: ClientSettings): S3Client {
  const { addressing, region, credentials, connectTimeoutMs, requestTimeoutMs } = settings
  const isDelayed = requestTimeoutMs >= watchDelayedFromMs + watchDelayMs
  const checksums = addressing.takesChecksums ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED'
  const client = new S3Client({
    region: async () => region.current(),
    ...(addressing.endpoint !== undefined && { endpoint: addressing.endpoint }),
    ...(credentials !== undefined && { credentials: withoutEmptyToken(credentials) }),
    forcePathStyle: addressing.forcePathStyle,
    maxAttempts: 1,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: isDelayed ? requestTimeoutMs - watchDelayMs : requestTimeoutMs,
    },
  })
  learnTime(client, settings)
  if (addressing.isPrivateChannel) leavePartsUnsigned(client)
  return client
}

function withoutEmptyToken({ accessKeyId, secretAccessKey, sessionToken }: Credentials) {
  const hasToken = sessionToken !== undefined && sessionToken !== ''
  return { accessKeyId, secretAccessKey, ...(hasToken && { sessionToken }) }
}

function learnTime(client: S3Client, { clock, serverClock }: ClientSettings): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const sentAt = clock.now()
      const result = await next(args)
      const { response } = result
      if (hasHeaders(response)) serverClock.learn(response.headers['date'], sentAt)
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'strongroomServerTime' },
  )
}

/**
 * Parts carry a CRC32 or an MD5, and travel inside TLS or within this machine: hashing them a
 * second time for the signature only costs the thread that moves them.
 */
function leavePartsUnsigned(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { request } = args
      if (context.commandName === 'UploadPartCommand' && hasHeaders(request)) {
        request.headers[partHeader] = 'UNSIGNED-PAYLOAD'
      }
      return await next(args)
    },
    { step: 'build', priority: 'low', name: 'strongroomUnsignedParts' },
  )
}

function hasHeaders(value: unknown): value is { headers: Record<string, string> } {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return false
  return typeof value.headers === 'object' && value.headers !== null
}
