import { z } from 'zod'
import { instantSchema } from './backup.ts'

/**
 * Where a request stands. It only moves forward along {@link cardRanks}, whatever the order in which
 * the news of it come; among the ends the first one told stays.
 *
 * requested: the run is being started · planned: what will be done is frozen · waiting: for an
 * environment's reviewers · approved · running. Ends: answered (the bot itself had the answer) ·
 * succeeded · failed · refused (never started, by policy or usage) · rejected (by a reviewer) ·
 * cancelled · expired (nobody decided in time).
 */
export const cardRanks = {
  requested: 0,
  planned: 1,
  waiting: 2,
  approved: 3,
  running: 4,
  answered: 5,
  succeeded: 5,
  failed: 5,
  refused: 5,
  rejected: 5,
  cancelled: 5,
  expired: 5,
} as const

export type CardState = keyof typeof cardRanks

const states = Object.keys(cardRanks) as [CardState, ...CardState[]]
const name = z.string().min(1).max(200)
const account = z.strictObject({ id: z.int().positive(), login: name })

/** What a card says besides its request. Written by the bot and by the run, each what it knows. */
export const cardSchema = z.strictObject({
  version: z.literal(1),
  state: z.enum(states),
  updatedAt: instantSchema,
  run: z.strictObject({ id: z.int().positive(), url: z.url().max(500) }).optional(),
  /** What was frozen for the approvers. */
  plan: z
    .strictObject({
      command: z.enum(['restore', 'delete']),
      backupId: name,
      database: name,
      sizeBytes: z.int().nonnegative(),
      checksum: z.string().max(64).optional(),
      /** When the backup began: what was written since is lost. */
      takenAt: instantSchema,
      target: name.optional(),
      mode: name.optional(),
    })
    .optional(),
  waiting: z
    .strictObject({
      environment: name,
      /** Logins and team names, for people. */
      reviewers: z.array(name).max(20),
      until: instantSchema.optional(),
    })
    .optional(),
  approvers: z.array(account).max(20).optional(),
  /** The repository allows this environment to have no reviewers; every card of it says so. */
  isUnprotected: z.boolean().optional(),
  progress: z.string().max(300).optional(),
  /** How it ended, in one sentence, and what to do about it. */
  message: z.string().max(2000).optional(),
  hint: z.string().max(2000).optional(),
  reasonCode: z.string().max(60).optional(),
})

export type Card = z.infer<typeof cardSchema>
