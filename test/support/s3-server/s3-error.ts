/** What an S3 error is made of; `details` become elements of their own beside Code and Message. */
export interface S3ErrorFacts {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly details?: Readonly<Record<string, string>>
}

/**
 * A refusal as S3 words it. A class, because `instanceof` is how the server tells a refusal that
 * belongs to the protocol from a defect of its own.
 */
export class S3Error extends Error {
  readonly status: number
  readonly code: string
  readonly details: Readonly<Record<string, string>>

  constructor(facts: S3ErrorFacts) {
    super(facts.message)
    this.name = 'S3Error'
    this.status = facts.status
    this.code = facts.code
    this.details = facts.details ?? {}
  }
}

/** Makes an {@link S3Error} from its three usual facts. */
export function s3Error(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, string>> = {},
): S3Error {
  return new S3Error({ status, code, message, details })
}
