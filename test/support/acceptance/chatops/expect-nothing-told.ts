import { expect } from 'vitest'
import { findLeaks } from '../leaks.ts'
import type { Chatops } from './start-chatops.ts'

/** No secret and no key in anything that people can read: cards, logs, summaries, what the bot prints. */
export function expectNothingTold(chat: Chatops): void {
  const { repository, app } = chat.scene
  const comments = [...repository.comments.values()].map(({ body }) => body)
  const logs = [...repository.runs.values()].flatMap((run) =>
    chat.runner.logs(run).flatMap(({ text, summary }) => [text, summary]),
  )
  const told = [...comments, ...logs, chat.botText()].join('\n')
  const { privateKey: key, webhookSecret: webhook } = app
  expect(findLeaks({ ...chat.secrets, key, webhook }, told)).toEqual([])
}
