/**
 * A text of at most `lengthMax` UTF-16 units after every character was escaped, ending in `…` where
 * something was left out. Cut before escaping it could grow too long, cut after it an escape could
 * be torn.
 *
 * @param encode one character as the medium wants it
 */
export function boundText(
  text: string,
  lengthMax: number,
  encode: (character: string) => string = (character) => character,
): string {
  let bounded = ''
  let shorter = ''
  for (const character of text) {
    bounded += encode(character)
    if (bounded.length > lengthMax) return `${shorter}…`
    if (bounded.length < lengthMax) shorter = bounded
  }
  return bounded
}
