/** Whose rules the server follows where providers differ. */
export type Rules = 'aws' | 'r2'

/** What the whole server agrees on while it runs. */
export interface Settings {
  readonly rules: Rules
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Set where the credentials are temporary: requests must then carry this token. */
  readonly sessionToken: string | undefined
  readonly region: string
  /** The server's own clock, with the offset that a test may have scripted. */
  readonly now: () => Date
}
