/** What stands in the place of a secret. */
export const redacted = '***'

/** What ends a URL in running text. */
const urlEnd = /[\s"'`<>\\]/

/** Parameters and fields that are credentials whatever their value. */
const credentialField =
  /((?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature|password)(?:=|%3D))(?:'[^']*'|"[^"]*"|[^&\s"'`<>,;]+)/gi

/**
 * Replaces what looks like a credential although nobody named it as a secret: the user and password
 * of a URL, the signature parameters of a presigned one, `password=` of a connection string.
 *
 * Rather too much than too little: a password as people type it may hold `/`, `?` and `@`, so where
 * a URL's host part has a colon, everything up to the last `@` goes. Linear in the text.
 */
export function scrubCredentials(text: string): string {
  return scrubUserInfo(text).replace(credentialField, `$1${redacted}`)
}

function scrubUserInfo(text: string): string {
  let scrubbed = ''
  let done = 0
  for (;;) {
    const separator = text.indexOf('://', done)
    if (separator === -1) return scrubbed + text.slice(done)
    const start = separator + 3
    const length = text.slice(start).search(urlEnd)
    const end = length === -1 ? text.length : start + length
    scrubbed += text.slice(done, start) + withoutUserInfo(text.slice(start, end))
    done = end
  }
}

/** @param rest a URL after its `://` */
function withoutUserInfo(rest: string): string {
  const last = rest.lastIndexOf('@')
  if (last === -1) return rest
  const [authority = ''] = rest.split(/[/?#]/, 1)
  const hasUserInfo = authority.includes('@') || authority.includes(':')
  return hasUserInfo ? redacted + rest.slice(last) : rest
}
