/**
 * Foreign text on one line with nothing invisible in it: control, bidirectional and zero-width
 * characters are written as `\u{1b}`. So the name of a database can neither move a terminal's
 * cursor, nor begin a line of a log, nor read backwards.
 */
export function showControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
