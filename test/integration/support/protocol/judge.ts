import { S3ServiceException } from '@aws-sdk/client-s3'
import type { BucketAccess } from '../../../support/s3-server/sdk-client.ts'

/** An implementation of the protocol that the checks are put to. */
export interface Judge {
  readonly access: BucketAccess
  readonly bucket: string
  /** A key that no other check uses. */
  key(name: string): string
  /**
   * What may be answered: AWS's way alone where the judge is to follow it, else also the ways in
   * which implementations are known to differ.
   */
  either(aws: unknown, ...others: readonly unknown[]): unknown
}

/** How a request was refused. */
export interface Refusal {
  readonly status: number | undefined
  readonly code: string
}

/** The refusal that a request ends with. @throws Error where it succeeds or never got an answer */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error
    return { status: error.$metadata.httpStatusCode, code: error.name }
  }
  throw new Error('Cannot read a refusal: the request succeeded, expected it to be refused')
}

/** The refusal in an answer that was fetched by hand. */
export async function refusalIn(response: Response): Promise<Refusal> {
  const code = /<Code>([^<]*)<\/Code>/.exec(await response.text())?.[1] ?? ''
  return { status: response.status, code }
}
