import { existsSync } from 'node:fs'
import type { ConnectionSettings } from './connection-settings.ts'

/** Where the distributions keep the machine's trusted certificates, in one file of PEM. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, macOS
]

/**
 * Path of the certificates that a server's own is checked against, or nothing where none are
 * needed (less than `verify-ca` and none named). libpq before 16 has no word for the system's
 * certificates and otherwise looks into the home folder, so it is always given a file.
 */
export function certificateBundlePath(settings: ConnectionSettings): string | undefined {
  if (settings.sslRootCertificatePath !== undefined) return settings.sslRootCertificatePath
  if (!settings.sslMode.startsWith('verify-')) return undefined
  return systemBundles.find((path) => existsSync(path))
}
