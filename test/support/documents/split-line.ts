/** A piece of a line: a text that must be the same, or something that each run has anew. */
export interface Piece {
  readonly kind: 'text' | Volatile
  readonly text: string
}

type Volatile = 'id' | 'instant' | 'size' | 'duration' | 'age' | 'version' | 'checksum'

/** What is no two times the same, in the forms in which Strongroom writes it. */
const volatile: Readonly<Record<Volatile, string>> = {
  id: String.raw`\d{8}[Tt]\d{6}[Zz][-_][a-z2-7]{4}(?![a-z0-9])`,
  instant: String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{6}(?:\.\d{3})?Z`,
  size: String.raw`\d+(?:\.\d)? (?:[KMGT]i)?B\b`,
  duration: String.raw`\d+ d \d+ h\b|\d+ h \d+ m\b|\d+ m \d+ s\b|\d+(?:\.\d)? m?s\b`,
  age: String.raw`just now|\d+ (?:minute|hour|day)s? ago`,
  version: String.raw`(?<=(?:PostgreSQL|version|server|pg_dump|"serverVersion":) "?)\d+\.\d+`,
  checksum: String.raw`\b[0-9a-f]{64}\b`,
}

const alternatives = Object.entries(volatile).map(([kind, pattern]) => `(?<${kind}>${pattern})`)
const anyVolatile = new RegExp(alternatives.join('|'), 'g')

/** An id, wherever it stands; the name of a kept database holds one in lower case. */
export const anyId = new RegExp(volatile.id, 'g')

/** A line in pieces, without the widths of its columns. */
export function splitLine(line: string): readonly Piece[] {
  const text = line.trimEnd().replaceAll(/ {2,}/g, '  ')
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(anyVolatile)) {
    pieces.push({ kind: 'text', text: text.slice(end, match.index) })
    pieces.push({ kind: kindOf(match.groups), text: match[0] })
    end = match.index + match[0].length
  }
  return [...pieces, { kind: 'text', text: text.slice(end) }]
}

function kindOf(groups: RegExpMatchArray['groups']): Piece['kind'] {
  const kinds = Object.keys(volatile) as readonly Volatile[]
  return kinds.find((kind) => groups?.[kind] !== undefined) ?? 'text'
}
