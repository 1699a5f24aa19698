/** A text within a command of the runner, "::error::…": a command is one line. */
export function escapeCommand(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}
