/** How mail is sent. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly security: 'auto' | 'tls' | 'starttls' | 'none'
  readonly from?: string | undefined
  readonly to: readonly string[]
  /** Further certificates to trust, PEM; what the system trusts where absent. */
  readonly ca?: string
}

/** Ports on which TLS comes first (RFC 8314). */
const implicitTlsPort = 465

const connectTimeoutMs = 10_000
/** No byte for so long ends the conversation. */
const silenceTimeoutMs = 15_000

/** What nodemailer is told. Nothing of a message may read a file or an address. */
export function transportOptions(settings: SmtpSettings) {
  const { host, port, username, password, ca } = settings
  const security = chooseSecurity(settings)
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as const
}

/**
 * TLS first on its port, STARTTLS required on any other. A server on this machine may be plain,
 * since nothing leaves it.
 */
function chooseSecurity({ host, port, security }: SmtpSettings): 'tls' | 'starttls' | 'none' {
  if (security !== 'auto') return security
  if (port === implicitTlsPort) return 'tls'
  return isLoopback(host) ? 'none' : 'starttls'
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/** The sender: as given, else the user where that is an address, else the first recipient. */
export function chooseSender({ from, username, to }: SmtpSettings): string {
  if (from !== undefined) return from
  return username !== undefined && /^[^@\s]+@[^@\s]+$/.test(username) ? username : (to[0] ?? '')
}
