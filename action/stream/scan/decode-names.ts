/** Labels of TextDecoder for encodings of PostgreSQL in which each byte is one character. */
const singleByte: Readonly<Record<string, string>> = {
  LATIN1: 'latin1',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO_8859_5: 'iso-8859-5',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
}
/** A dump of SQL_ASCII says nothing of its bytes, and the server hands them out as they are. */
const utf8: ReadonlySet<string> = new Set(['UTF8', 'SQL_ASCII'])

/**
 * The same counts under the names that a session in UTF-8 is told, or `undefined` where a name is beyond ASCII in an
 * encoding of which PostgreSQL and TextDecoder do not agree on every character (those of East Asia): rows under a
 * name that may be wrong would condemn a good restore.
 *
 * @param tables by name, each byte as the character of its number
 * @param encoding as `SET client_encoding` says it; UTF-8 where nothing does
 */
export function decodeNames(
  tables: ReadonlyMap<string, number>,
  encoding = 'UTF8',
): Readonly<Record<string, number>> | undefined {
  const label = utf8.has(encoding) ? 'utf-8' : singleByte[encoding]
  const decoded = new Map<string, number>()
  for (const [bytes, rows] of tables) {
    const name = isAscii(bytes) ? bytes : label && decode(bytes, label)
    if (name === undefined || decoded.has(name)) return undefined
    decoded.set(name, rows)
  }
  return Object.fromEntries(decoded)
}

function isAscii(text: string): boolean {
  return !/[\x80-\xff]/.test(text)
}

function decode(bytes: string, label: string): string {
  // The label would stand for Windows-1252, which differs between 0x80 and 0x9f.
  if (label === 'latin1') return bytes
  return new TextDecoder(label, { ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
}
