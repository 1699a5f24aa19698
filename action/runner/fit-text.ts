/** A terminal cell holds one column; these take two (https://www.unicode.org/reports/tr11/). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** How many columns a text takes, without colours in it. */
export function measureColumns(text: string): number {
  let columns = 0
  for (const { segment } of segmenter.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}

/** The text in at most `columns`, with an ellipsis where it had to be cut. */
export function cutToColumns(text: string, columns: number): string {
  if (measureColumns(text) <= columns) return text
  let used = 0
  let kept = ''
  for (const { segment } of segmenter.segment(text)) {
    used += wide.test(segment) ? 2 : 1
    if (used > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** The text over as many lines as it needs, broken at spaces where there are any. */
export function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && measureColumns(longer) > columns) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** Like {@link wrapText}, and a word that is too long is broken where the column ends. */
export function breakText(text: string, columns: number): readonly string[] {
  return wrapText(text, columns).flatMap((line) => {
    if (measureColumns(line) <= columns) return [line]
    const pieces = ['']
    for (const { segment } of segmenter.segment(line)) {
      const longer = (pieces.at(-1) ?? '') + segment
      if (measureColumns(longer) <= columns) pieces[pieces.length - 1] = longer
      else pieces.push(segment)
    }
    return pieces
  })
}
