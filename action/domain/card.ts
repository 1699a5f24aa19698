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

/** Longest texts and lists of a card, in UTF-16 units and entries. */
export const cardLimits = {
  /** The name of an environment has up to 255 characters. */
  nameCharactersMax: 255,
  progressCharactersMax: 300,
  messageCharactersMax: 2000,
  reasonCodeCharactersMax: 60,
  accountsMax: 20,
} as const

const name = z.string().min(1).max(cardLimits.nameCharactersMax)
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
      reviewers: z.array(name).max(cardLimits.accountsMax),
      until: instantSchema.optional(),
    })
    .optional(),
  approvers: z.array(account).max(cardLimits.accountsMax).optional(),
  /** The repository allows this environment to have no reviewers; every card of it says so. */
  isUnprotected: z.boolean().optional(),
  progress: z.string().max(cardLimits.progressCharactersMax).optional(),
  /** How it ended, in one sentence, and what to do about it. */
  message: z.string().max(cardLimits.messageCharactersMax).optional(),
  hint: z.string().max(cardLimits.messageCharactersMax).optional(),
  reasonCode: z.string().max(cardLimits.reasonCodeCharactersMax).optional(),
})

export type Card = z.infer<typeof cardSchema>

/** Whether a card of this state is at its end, which no news change. */
export function isEnd(state: CardState): boolean {
  return cardRanks[state] === cardRanks.succeeded
}
