import { getState, saveState } from '@actions/core'
import { z } from 'zod'
import { Failure } from '../domain/failure.ts'
import { reasonCodes } from '../domain/reason-code.ts'

/** Everything that `main` hands to `post`, as the runner's state keeps it. */
export const stateKeys = ['pending'] as const

const stateSchema = z.object({
  /** The backup that was begun. */
  backupId: z.string().optional(),
  /** The multipart upload under way. */
  upload: z.object({ key: z.string(), uploadId: z.string() }).optional(),
  /** Files with secrets or data that must not outlive the run. */
  files: z.array(z.string()).optional(),
  /** Set once the command has ended by itself: `post` then has nothing to do. */
  isFinished: z.boolean().optional(),
  /** The command whose end nobody was told yet, and how it ended where that is known. */
  untold: z
    .object({
      command: z.string(),
      reasonCode: z.enum(reasonCodes).optional(),
      message: z.string().optional(),
    })
    .optional(),
})

/** What `post` needs to repeat a clean-up that `main` did not get to. Never a secret. */
export type PostState = Readonly<z.infer<typeof stateSchema>>

/**
 * Hands the state to `post`. Each call replaces the whole; call it before the work that it
 * describes begins, because a killed process saves nothing.
 */
export function savePostState(state: PostState): void {
  saveState(stateKeys[0], JSON.stringify(stateSchema.parse(state)))
}

/**
 * The last state that `main` saved, empty where it never came to that.
 *
 * @throws Failure `unexpected` where something else wrote the state
 */
export function readPostState(): PostState {
  const text = getState(stateKeys[0])
  if (text === '') return {}
  try {
    return stateSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure({
      code: 'unexpected',
      stage: 'cancel',
      message: 'Cannot read the state of this step: it has another form, expected what main saved',
      hint: 'Run repair to tidy the bucket.',
      cause,
    })
  }
}
