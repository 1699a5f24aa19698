/** A place in one line, in characters and in columns: a tab reaches to the next multiple of four. */
export interface LineCursor {
  readonly text: string
  offset: number
  column: number
  /** Where the next character stands that is neither space nor tab. */
  nextOffset: number
  nextColumn: number
  /** Columns between here and there. */
  indent: number
  isBlank: boolean
}

/** A cursor before the first character. */
export function startLine(text: string): LineCursor {
  const cursor = {
    text,
    offset: 0,
    column: 0,
    nextOffset: 0,
    nextColumn: 0,
    indent: 0,
    isBlank: false,
  }
  look(cursor)
  return cursor
}

/** Goes over so many columns; a tab that is wider is used up in part. */
export function skipColumns(cursor: LineCursor, count: number): void {
  let left = count
  while (left > 0 && cursor.offset < cursor.text.length) {
    const width = cursor.text[cursor.offset] === '\t' ? 4 - (cursor.column % 4) : 1
    const taken = Math.min(width, left)
    cursor.column += taken
    cursor.offset += taken === width ? 1 : 0
    left -= taken
  }
  look(cursor)
}

/** Goes to the next character that is neither space nor tab. */
export function skipIndent(cursor: LineCursor): void {
  cursor.offset = cursor.nextOffset
  cursor.column = cursor.nextColumn
  look(cursor)
}

/** Whether a space or a tab, or what is left of one, follows. */
export function isAtSpace({ text, offset }: LineCursor): boolean {
  return text[offset] === ' ' || text[offset] === '\t'
}

/** A text without the spaces and tabs at its end. An expression would try each run of them within it from every place. */
export function trimSpaces(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end -= 1
  return text.slice(0, end)
}

function look(cursor: LineCursor): void {
  let { offset, column } = cursor
  for (; offset < cursor.text.length; offset += 1) {
    const character = cursor.text[offset]
    if (character === ' ') column += 1
    else if (character === '\t') column += 4 - (column % 4)
    else break
  }
  cursor.nextOffset = offset
  cursor.nextColumn = column
  cursor.indent = column - cursor.column
  cursor.isBlank = offset === cursor.text.length
}
