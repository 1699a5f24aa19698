/**
 * A word of a POSIX shell, in single quotes unless it is plainly harmless. A text that begins with
 * a dash stays an option to the program that reads it: callers put `--name=` or `./` before it.
 */
export function quoteShell(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}
