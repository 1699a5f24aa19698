/** Whose rules the server follows where providers differ. */
export type Rules = 'aws' | 'r2'

/**
 * What an ETag is made of: the MD5 of the bytes, or, where they were sent with a SHA-256 that had to
 * be computed anyway, a part of that. MD5 costs more than all other proofs together.
 */
export type Etags = 'md5' | 'quick'

/** What the whole server agrees on while it runs. */
export interface Settings {
  readonly rules: Rules
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Set where the credentials are temporary: requests must then carry this token. */
  readonly sessionToken: string | undefined
  readonly region: string
  readonly etags: Etags
  /** The server's own clock, with the offset that a test may have scripted. */
  readonly now: () => Date
}
