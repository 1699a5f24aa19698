/** Where the bot asks GitHub, as far as its behaviour depends on it. */
export interface ApiAddress {
  /** Without a slash at its end. */
  readonly url: string
  /** A GitHub Enterprise Server: it knows no `return_run_details` and refuses fields that it does not know. */
  readonly isServer: boolean
}

/**
 * The address of GitHub's API, or nothing where a token must not be sent there: https is needed off
 * loopback, and no credentials within. A server of one's own is told by its path, `/api/v3`;
 * `https://api.<name>.ghe.com` is github.com in another place.
 */
export function readApiAddress(text: string): ApiAddress | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, username, password, origin, pathname, search, hash } = new URL(text)
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) return undefined
  if (username !== '' || password !== '' || search !== '' || hash !== '') return undefined
  const path = pathname.replace(/\/+$/, '')
  return { url: `${origin}${path}`, isServer: path.endsWith('/api/v3') }
}
