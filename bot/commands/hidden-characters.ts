import { trimSpaces } from './markdown/line-cursor.ts'

/**
 * What cannot be seen, or moves what can: control, format, zero-width and variation characters, parts
 * of surrogate pairs, and every space that is not the plain one.
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

/** Controls, and characters that turn the direction of text, which reach beyond their own line. */
const farReaching = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u

/** The code points of a line that nobody sees, "U+200B", each once; a tab is not one of them. */
export function listHidden(line: string): readonly string[] {
  const found = [...line.matchAll(hidden)].map(([character]) => character)
  return [...new Set(found)].filter((character) => character !== '\t').map(nameCharacter)
}

/** The line as it looks: hidden characters at its begin and inside words left out, spaces plain. */
export function withoutHidden(line: string): string {
  const seen = line.replace(hidden, (character) => (/[\t\p{Zs}]/u.test(character) ? ' ' : ''))
  return trimSpaces(seen.replace(/^ +/, ''))
}

/** Place of the first character that may change how everything behind it reads; -1 where there is none. */
export function findFarReaching(text: string): number {
  return text.search(farReaching)
}

function nameCharacter(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
