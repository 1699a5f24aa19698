import { parseCard } from '../../../action/domain/parse-card.ts'
import type { Account, BotContext, Delivery, Run } from '../../../bot/ports.ts'
import { createFakeGitHub, type FakeGitHub, type StoredComment } from './fake-github.ts'
import { type Connection, type ConnectionOptions, connectFake } from './fake-repository.ts'

export const repositoryId = 4242

/** One process of the bot, with what it said to its log. */
export interface Process extends Connection {
  readonly context: BotContext
  readonly lines: string[]
}

/** A GitHub in memory and processes of the bot that serve it. */
export interface BotScene {
  readonly github: FakeGitHub
  connect(options?: ConnectionOptions & Partial<BotContext>): Process
  /** Writes a comment and gives the webhook that tells of it. */
  ask(author: Account, body: string, change?: CommentChange): Delivery
  /** The cards of an issue, first made first. */
  cards(
    issueNumber?: number,
  ): readonly (NonNullable<ReturnType<typeof parseCard>> & StoredComment)[]
  /** A webhook about a run. */
  runEvent(run: Pick<Run, 'id' | 'title'>, event?: string): Delivery
}

/** Parts of the webhook that differ from the usual. */
export interface CommentChange {
  readonly issueNumber?: number
  readonly issue?: Readonly<Record<string, unknown>>
  readonly comment?: Readonly<Record<string, unknown>>
  readonly event?: Readonly<Record<string, unknown>>
}

export function createBotScene(): BotScene {
  const github = createFakeGitHub()
  let deliveries = 0
  const nextDelivery = () => {
    deliveries += 1
    return `delivery-${deliveries}`
  }
  return {
    github,
    connect({ fault, turn, ...overrides } = {}) {
      const connection = connectFake(github, {
        ...(fault !== undefined && { fault }),
        ...(turn !== undefined && { turn }),
      })
      const lines: string[] = []
      const context: BotContext = {
        repository: connection.repository,
        fullName: 'acme/shop',
        repositoryId,
        defaultBranch: 'main',
        selfLogin: github.bot.login,
        clock: {
          now: () => new Date(github.nowMs),
          sleep: async (ms) => {
            await turn?.('sleep')
            github.nowMs += ms
          },
        },
        log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
        signer: {
          sign: (text) => signatureOf(text),
          isValid: (text, signature) => signature === signatureOf(text),
        },
        ...overrides,
      }
      return { ...connection, context, lines }
    },
    ask(author, body, change = {}) {
      const stored = github.comment(author, body, change.issueNumber)
      return {
        id: nextDelivery(),
        event: 'issue_comment',
        payload: {
          action: 'created',
          repository: { id: repositoryId, full_name: 'acme/shop' },
          issue: { number: stored.issueNumber, labels: [], ...change.issue },
          comment: {
            id: stored.id,
            body,
            user: author,
            created_at: stored.createdAt.toISOString(),
            performed_via_github_app: null,
            ...change.comment,
          },
          sender: author,
          ...change.event,
        },
      }
    },
    cards: (issueNumber = 7) =>
      [...github.comments.values()]
        .filter((comment) => comment.issueNumber === issueNumber)
        .flatMap((comment) => {
          const parts = parseCard(comment.body)
          return parts === undefined ? [] : [{ ...comment, ...parts }]
        }),
    runEvent: (run, event = 'workflow_run') => ({
      id: nextDelivery(),
      event,
      payload: presentRunEvent(run, event),
    }),
  }
}

function presentRunEvent({ id, title }: Pick<Run, 'id' | 'title'>, event: string): unknown {
  const repository = { id: repositoryId }
  return event === 'workflow_job'
    ? { action: 'completed', repository, workflow_job: { run_id: id, head_branch: 'main' } }
    : {
        action: 'completed',
        repository,
        workflow_run: { id, display_title: title, event: 'workflow_dispatch' },
      }
}

/** Differs for every text, and needs no key. */
function signatureOf(text: string): string {
  let sum = 0
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647
  return `signed-${sum}`
}
