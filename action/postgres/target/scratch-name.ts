import { cutToBytes, databaseNameBytesMax } from '../../domain/keep-database-name.ts'

const FORM = /^(.*)__strongroom_(\d{8}T\d{6}Z)_([a-z2-7]{4,16})$/s

/** What a scratch database says of itself in its comment. */
export interface ScratchMarker {
  readonly target: string
  readonly backupId: string
  /** ISO-8601, to the second. */
  readonly createdAt: string
  readonly nonce: string
}

/** What a scratch database's name says. */
export interface ScratchNameParts {
  /** The target's name, cut to what fits. */
  readonly prefix: string
  readonly createdAt: string
  readonly nonce: string
}

/** `<target, cut to fit>__strongroom_<instant>_<nonce>`, at most 63 bytes. */
export function createScratchName(target: string, createdAt: Date, nonce: string): string {
  const instant = createdAt.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const suffix = `__strongroom_${instant}_${nonce}`
  return `${cutToBytes(target, databaseNameBytesMax - suffix.length)}${suffix}`
}

/** Reads a name of {@link createScratchName}; any other is none of ours. */
export function parseScratchName(name: string): ScratchNameParts | undefined {
  const match = FORM.exec(name)
  if (!match) return undefined
  const [, prefix = '', instant = '', nonce = ''] = match
  const iso = instant.replace(
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/,
    '$1-$2-$3T$4:$5:$6.000Z',
  )
  if (Number.isNaN(Date.parse(iso))) return undefined
  return { prefix, createdAt: iso, nonce }
}

/** The comment that tells a scratch database from whatever else bears such a name. */
export function writeScratchMarker(marker: ScratchMarker): string {
  return JSON.stringify({ strongroom: 'scratch', version: 1, ...marker })
}

/** Reads a comment of {@link writeScratchMarker}; any other is none of ours. */
export function readScratchMarker(comment: string | null | undefined): ScratchMarker | undefined {
  if (!comment?.startsWith('{')) return undefined
  const value = parseJson(comment)
  if (typeof value !== 'object' || value === null) return undefined
  const read = (key: string): string | undefined => {
    const field: unknown = Reflect.get(value, key)
    return typeof field === 'string' ? field : undefined
  }
  const [target, backupId, createdAt, nonce] = ['target', 'backupId', 'createdAt', 'nonce'].map(
    read,
  )
  if (read('strongroom') !== 'scratch') return undefined
  if (!target || backupId === undefined || !createdAt || !nonce) return undefined
  return { target, backupId, createdAt, nonce }
}

/**
 * Whether a database is a scratch one of restores into `target`: its name has the form and its
 * comment says the same. One that died between its creation and its comment has none yet, and
 * admits no connections, so nothing can be in it.
 */
export function isScratchOf(
  target: string,
  database: {
    readonly name: string
    readonly comment: string | null
    readonly allowsConnections: boolean
  },
): boolean {
  const parts = parseScratchName(database.name)
  if (!parts) return false
  if (createScratchName(target, new Date(parts.createdAt), parts.nonce) !== database.name) {
    return false
  }
  if (database.comment === null) return !database.allowsConnections
  const marker = readScratchMarker(database.comment)
  return (
    marker?.target === target &&
    marker.nonce === parts.nonce &&
    Date.parse(marker.createdAt) === Date.parse(parts.createdAt)
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Somebody else's comment that starts with a brace: not ours, which is all that is asked.
    return undefined
  }
}
