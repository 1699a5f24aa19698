import type { CardState } from './card.ts'

/** How a state is shown: a mark, so that colour is never the only sign, and what a title says of it. */
interface StateWords {
  readonly mark: string
  readonly title: string
  /** What the reader is told where nobody has told more. */
  readonly sentence?: string
}

export const stateWords: Readonly<Record<CardState, StateWords>> = {
  requested: {
    mark: '⏳',
    title: 'is requested',
    sentence: 'The run is being started.',
  },
  planned: {
    mark: '📋',
    title: 'is planned',
    sentence:
      'This is what will be done once a reviewer approves it on the run’s page. Nothing has been changed yet.',
  },
  waiting: { mark: '✋', title: 'waits for approval' },
  approved: { mark: '👍', title: 'is approved', sentence: 'The job is about to start.' },
  running: { mark: '⚙️', title: 'is running' },
  answered: { mark: '💬', title: 'answered' },
  succeeded: { mark: '✅', title: 'succeeded' },
  failed: {
    mark: '❌',
    title: 'failed',
    sentence: 'The run ended without saying why. Its log has the reason.',
  },
  refused: { mark: '🚫', title: 'is refused', sentence: 'Nothing was started.' },
  rejected: {
    mark: '🚫',
    title: 'was rejected',
    sentence: 'A reviewer said no. Nothing was changed.',
  },
  cancelled: { mark: '⏹️', title: 'was cancelled' },
  expired: {
    mark: '⌛',
    title: 'expired',
    sentence: 'Nobody decided in time. Nothing was changed; ask again to go on.',
  },
}
