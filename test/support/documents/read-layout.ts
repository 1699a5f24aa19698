/** A kind of object, as a page names it. */
export interface ObjectKind {
  /** With placeholders. */
  readonly name: string
  readonly pattern: RegExp
}

/** The names of objects that a page lists, one a line and what they are behind it. */
export function readLayout(code: string): readonly ObjectKind[] {
  const names = code.match(/^\S+/gm) ?? []
  return names.map((name) => ({ name, pattern: new RegExp(`^${toPattern(name)}$`) }))
}

function toPattern(name: string): string {
  return name
    .split(/<[^>]+>/)
    .map((part) => part.replaceAll('.', String.raw`\.`))
    .join('[^/]+')
}
