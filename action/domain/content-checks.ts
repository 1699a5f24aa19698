/** What pg_dump writes when a plain dump is whole. */
const plainTrailer = new TextEncoder().encode('-- PostgreSQL database dump complete')
const customMagic = new TextEncoder().encode('PGDMP')
/** How many of the last bytes of a plain dump hold the trailer, `\unrestrict <key>` after it. */
export const plainTailBytes = 512

/**
 * Whether the last bytes of a plain dump hold its trailer. It is not the last line: since the fix of
 * CVE-2025-8714 `\unrestrict <key>` follows.
 *
 * Only a trailer at the start of a line counts, and only comments, blank lines and `\unrestrict` may
 * follow it, so that the same words within data are no trailer.
 *
 * @param tail at least the last {@link plainTailBytes}, or all of a shorter dump
 */
export function hasPlainTrailer(tail: Uint8Array): boolean {
  const start = lastIndexOf(tail, plainTrailer)
  if (start === -1) return false
  if (start > 0 && tail[start - 1] !== 0x0a) return false
  const rest = new TextDecoder().decode(tail.subarray(start + plainTrailer.length))
  const [restOfLine = '', ...lines] = rest.split('\n').map((line) => line.trimEnd())
  return restOfLine === '' && lines.every(isEpilogue)
}

function isEpilogue(line: string): boolean {
  return line === '' || line.startsWith('--') || line.startsWith('\\unrestrict ')
}

/** Whether a dump in custom format begins as one. */
export function hasCustomMagic(head: Uint8Array): boolean {
  return customMagic.every((byte, place) => head[place] === byte)
}

function lastIndexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let start = bytes.length - wanted.length; start >= 0; start -= 1) {
    if (wanted.every((byte, place) => bytes[start + place] === byte)) return start
  }
  return -1
}
