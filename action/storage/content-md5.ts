import { createHash } from 'node:crypto'

/**
 * The Content-MD5 header. Services that do not take the SDK's checksums still refuse writes into
 * locked buckets without one (drakkan/sftpgo#1336).
 */
export function contentMd5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64')
}
