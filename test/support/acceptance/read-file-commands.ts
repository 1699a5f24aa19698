/**
 * What a step wrote to `GITHUB_OUTPUT` or `GITHUB_STATE`, read as the runner reads it: `name=value`, or
 * `name<<delimiter`, lines, `delimiter`.
 *
 * @throws Error where the runner would end the step with "Invalid format"
 */
export function readFileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  while (lines.length > 0) {
    const line = lines.shift() ?? ''
    if (line === '') continue
    const [, name = '', sign, rest = ''] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? []
    if (name === '' || sign === undefined) throw new Error(`Invalid format '${line}'`)
    if (sign === '=') {
      values[name] = rest
      continue
    }
    const end = lines.indexOf(rest)
    if (end < 0) throw new Error(`Matching delimiter not found '${rest}'`)
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, end)
      .join('\n')
  }
  return values
}
