import { z } from 'zod'
import { type Manifest, manifestSchema } from '../domain/manifest.ts'
import { readJson } from './read-json.ts'

/** What `manifest.json` turned out to be. */
export type ManifestReading =
  | { readonly kind: 'found'; readonly manifest: Manifest }
  | { readonly kind: 'corrupt'; readonly reason: string }
  | { readonly kind: 'newer'; readonly version: string }

const reasonLengthMax = 300

/**
 * Reads `manifest.json`. A version that is not ours is never guessed at: whoever wrote it knows more
 * than this program does.
 */
export function parseManifest(bytes: Uint8Array): ManifestReading {
  const json = readJson(bytes)
  if (json === undefined) return { kind: 'corrupt', reason: 'it is not JSON' }
  const version = versionOf(json.value)
  if (version !== undefined && version !== 1) return { kind: 'newer', version: String(version) }
  const parsed = manifestSchema.safeParse(json.value)
  if (parsed.success) return { kind: 'found', manifest: parsed.data }
  return { kind: 'corrupt', reason: describe(parsed.error) }
}

function versionOf(value: unknown): number | string | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined
  const { version } = value
  return typeof version === 'number' || typeof version === 'string' ? version : undefined
}

/** The first thing that is wrong says enough; the rest is in the quarantined copy. */
export function describe(error: z.ZodError): string {
  const first = error.issues[0]
  const path = first === undefined ? '' : first.path.join('.')
  const text = first === undefined ? z.prettifyError(error) : first.message
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : ''
  return `${path === '' ? '' : `"${path}": `}${text}${more}`.slice(0, reasonLengthMax)
}
