/** How numbers are written in an archive, and where its data begin. */
export interface ArchiveHead {
  /** Bytes of a number besides its sign. */
  readonly intSizeBytes: number
  /** Offset behind the table of contents. */
  readonly dataStart: number
  readonly isCompressed: boolean
  /** What takes the data of an entry in, by number. */
  readonly statements: ReadonlyMap<number, Uint8Array>
  /** `SET client_encoding = …;`, of the names in it as well. */
  readonly encoding: Uint8Array
}

/** pg_dump 13 to 15, 16, and 17 to 18 write these; both numbers are those of the archive, not the server. */
const minorMin = 14
const minorMax = 16
const customFormat = 1

/** There are not enough bytes yet. */
class TooShort extends Error {}

/**
 * Reads over the head and the table of contents of a custom archive. `ReadHead` and `ReadToc` of PostgreSQL's
 * pg_backup_archiver.c say what is where.
 *
 * @returns `more` where the bytes end too early, nothing where it is of another version
 */
export function readArchiveHead(bytes: Buffer): ArchiveHead | 'more' | undefined {
  try {
    return readHead(bytes)
  } catch (error) {
    if (error instanceof TooShort) return 'more'
    throw error
  }
}

function readHead(bytes: Buffer): ArchiveHead | undefined {
  let at = 'PGDMP'.length
  let intSizeBytes = 0
  const skip = (size: number) => {
    at += size
    if (at > bytes.length) throw new TooShort()
  }
  const byte = () => {
    skip(1)
    return bytes[at - 1] ?? 0
  }
  const int = () => {
    const sign = byte()
    skip(intSizeBytes)
    const value = bytes.readUIntLE(at - intSizeBytes, intSizeBytes)
    return sign === 0 ? value : -value
  }
  const text = () => {
    const size = int()
    if (size < 0) return undefined
    skip(size)
    return bytes.subarray(at - size, at)
  }
  const statements = new Map<number, Uint8Array>()
  let encoding: Uint8Array = new Uint8Array()
  const [major, minor] = [byte(), byte()]
  if (major !== 1 || minor < minorMin || minor > minorMax) return undefined
  byte()
  intSizeBytes = byte()
  const offsetSizeBytes = byte()
  if (byte() !== customFormat || intSizeBytes < 1 || intSizeBytes > 6) return undefined
  const isCompressed = (minor >= 15 ? byte() : int()) !== 0
  for (let field = 0; field < 7; field++) int()
  for (let field = 0; field < 3; field++) text()
  for (let entries = int(); entries > 0; entries--) {
    const entry = int()
    int()
    for (let field = 0; field < 3; field++) text()
    const kind = String(text())
    int()
    const definition = text()
    if (kind === 'ENCODING' && definition !== undefined) encoding = definition
    text()
    const statement = text()
    if (statement !== undefined && statement.length > 0) statements.set(entry, statement)
    for (let field = 0; field < 3; field++) text()
    if (minor >= 16) int()
    text()
    text()
    while (text() !== undefined) {
      // What it depends on, to the end of the list.
    }
    skip(1 + offsetSizeBytes)
  }
  return { intSizeBytes, dataStart: at, isCompressed, statements, encoding }
}
