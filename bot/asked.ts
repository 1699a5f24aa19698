import type { Account } from './ports.ts'

/** A comment that may ask for something, after the cheap refusals. */
export interface Asked {
  readonly issueNumber: number
  readonly labels: readonly string[]
  readonly commentId: number
  readonly body: string
  readonly createdAt: Date
  readonly author: Account
  readonly deliveryId: string | undefined
}
