import { z } from 'zod'
import { Failure } from '../action/domain/failure.ts'
import { authorAlone } from './create-signer.ts'
import { escapeCommand } from './escape-command.ts'
import { readApiAddress } from './github/api-address.ts'
import { connectRepository } from './github/connect-repository.ts'
import type { Answer, Clock } from './ports.ts'
import { repositorySchema } from './receive-delivery.ts'
import { respond } from './respond.ts'

/** Events that a workflow of the bot may be started by: all of them run the default branch's file. */
const events = ['issue_comment', 'workflow_run', 'deployment_status']

/** Who comments with the token of a workflow. */
const workflowLogin = 'github-actions[bot]'

export interface ActionWorld {
  readonly clock: Clock
  readonly readFile: (path: string) => string
  /** To standard output, where the runner reads its commands. */
  readonly write: (text: string) => void
}

/**
 * Answers the event that started this workflow.
 *
 * @throws {@link Failure} `invalid_input` where this is no workflow of an event that the bot takes, or
 *   there is no usable token
 */
export async function runAction(
  env: Readonly<Record<string, string | undefined>>,
  { clock, readFile, write }: ActionWorld,
): Promise<Answer> {
  const token = env['INPUT_GITHUB-TOKEN']?.trim() ?? ''
  if (token !== '') write(`::add-mask::${escapeCommand(token)}\n`)
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('the input `github-token`', 'a token')
  const event = env['GITHUB_EVENT_NAME'] ?? ''
  if (!events.includes(event)) throw invalid('the event', `one of ${events.join(', ')}`)
  const payload = readEvent(env['GITHUB_EVENT_PATH'], readFile)
  const about = z.object({ repository: repositorySchema }).safeParse(payload).data?.repository
  if (about === undefined) throw invalid('the event', 'the repository within')
  if (about.full_name.toLowerCase() !== env['GITHUB_REPOSITORY']?.toLowerCase()) {
    throw invalid('the repository of the event', 'the one that GITHUB_REPOSITORY names')
  }
  const address = readApiAddress(env['GITHUB_API_URL'] || 'https://api.github.com')
  if (address === undefined) throw invalid('GITHUB_API_URL', 'https, and no password within')
  const facts = {
    fullName: about.full_name,
    defaultBranch: about.default_branch,
    selfLogin: readLogin(env['INPUT_BOT-LOGIN'], token),
    clock,
  }
  const repository = connectRepository({
    ...facts,
    address,
    authorize: async () => ({ kind: 'found', value: token }),
  })
  const log = {
    info: (line: string) => write(`${line}\n`),
    warn: (line: string) => write(`${line}\n`),
  }
  const context = { ...facts, repository, repositoryId: about.id, log, signer: authorAlone }
  return respond(context, { id: undefined, event, payload })
}

/**
 * Tokens of workflows and of Apps look the same, so an App must be named. `createComment` refuses where
 * the guess is wrong.
 */
function readLogin(input: string | undefined, token: string): string {
  const given = input?.trim() ?? ''
  if (/^[\w-]{1,100}(\[bot\])?$/.test(given)) return given
  if (given === '' && token.startsWith('ghs_')) return workflowLogin
  throw invalid('the input `bot-login`', 'the login that the token writes as')
}

function readEvent(path: string | undefined, readFile: (path: string) => string): unknown {
  try {
    return JSON.parse(readFile(path ?? ''))
  } catch (cause) {
    throw invalid('the file that GITHUB_EVENT_PATH names', 'the event as JSON', cause)
  }
}

function invalid(what: string, expected: string, cause?: unknown): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot answer: ${what} is missing or not usable, expected ${expected}`,
    hint: 'See docs/bot.md for the workflow that starts the bot.',
    ...(cause === undefined ? {} : { cause }),
  })
}
