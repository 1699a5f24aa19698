import { quoteShell } from '../../../action/domain/quote-shell.ts'

/** What a reader has of one's own, where a page shows a placeholder. */
export interface OwnValues {
  /** By name of the variable. */
  readonly variables: Readonly<Record<string, string>>
  /** URL of a database on the reader's server. */
  readonly databaseUrl: (name: string) => string
  /** For a role that a page makes. */
  readonly password: string
}

const connectionUrl = /postgres:\/\/[^\s'"/]+\/(\w+)/g
const newPassword = /PASSWORD '\.\.\.'/g
const placeholder = /=\.\.\.|'\.\.\.'|<[a-z][\w -]*>/
const quotedOrComment = /'[^']*'|"[^"]*"|#.*$/gm
const redirection = /<[a-z][\w-]*>/

/**
 * A text of a page as a reader pastes it: with values of one's own behind `NAME=` and in connection URLs, whose database
 * stays the one that is shown.
 *
 * @throws Error where a placeholder is left that nobody has a value for, or is one that a shell would take for a file
 */
export function fillIn(text: string, { variables, databaseUrl, password }: OwnValues): string {
  if (redirection.test(text.replaceAll(quotedOrComment, '')))
    throw new Error('A shell takes a placeholder for a file, expected it in quotes')
  const filled = assign(text, variables)
    .replaceAll(connectionUrl, (_, database: string) => databaseUrl(database))
    .replaceAll(newPassword, `PASSWORD '${password}'`)
  const [left] = placeholder.exec(filled) ?? []
  if (left !== undefined) throw new Error(`Nothing is known to stand for "${left}"`)
  return filled
}

/** Puts values behind `NAME=`, whatever stands there. */
export function assign(text: string, variables: OwnValues['variables']): string {
  const names = Object.keys(variables).join('|')
  const assignment = new RegExp(String.raw`(?<![\w-])(${names})=('[^']*'|"[^"]*"|[^\s'"]*)`, 'g')
  return text.replaceAll(
    assignment,
    (_, name: string) => `${name}=${quoteShell(variables[name] ?? '')}`,
  )
}
