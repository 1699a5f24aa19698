import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFailure } from '../domain/disk-failure.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** A password file for `PGPASSFILE`. */
export interface PasswordFile {
  readonly path: string
  /** Synchronous, so that a signal's handler can do it. Idempotent. */
  remove(): void
}

/**
 * Writes the password where only this user can read it: a new folder (0700) in `directory`, in it
 * a new file (0600). Without a password the file is empty, which still keeps `~/.pgpass` out.
 * Synchronous, so that no file can come to be after a `remove` that was meant for it.
 * @throws Failure `disk_full`
 */
export function createPasswordFile(
  settings: Pick<ConnectionSettings, 'host' | 'port' | 'user' | 'password'>,
  directory: string,
): PasswordFile {
  let folder: string | undefined
  const remove = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    folder = mkdtempSync(join(directory, 'strongroom-pgpass-'))
    const path = join(folder, 'pgpass')
    writeFileSync(path, passwordLine(settings), { mode: 0o600, flag: 'wx' })
    return { path, remove }
  } catch (error) {
    remove()
    throw diskFailure(error, 'connect')
  }
}

/**
 * `host:port:database:user:password`. Any database, since a restore talks to several and a name
 * may hold what a line cannot; any host for a socket, whose name libpq rewrites at times.
 */
export function passwordLine(
  settings: Pick<ConnectionSettings, 'host' | 'port' | 'user' | 'password'>,
): string {
  if (settings.password === undefined) return ''
  const host = settings.host.startsWith('/') ? '*' : escapeField(settings.host)
  const fields = [host, settings.port, '*', escapeField(settings.user)]
  return `${fields.join(':')}:${escapeField(settings.password)}\n`
}

/** libpq takes a backslash before any character away, in the password as in the other fields. */
function escapeField(text: string): string {
  return text.replace(/[\\:]/g, '\\$&')
}
