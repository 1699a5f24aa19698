import type { Notice } from '../domain/notice.ts'
import { renderDiscord } from '../domain/render-discord.ts'
import { renderSlack } from '../domain/render-slack.ts'
import { renderTeams } from '../domain/render-teams.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { Channel } from '../job/ports.ts'
import { judgeAnswer } from './judge-answer.ts'
import { type HttpAnswer, type HttpWorld, sendRequest } from './send-request.ts'

export interface ChatOptions {
  readonly url: string
  readonly wants: Channel['wants']
}

/** What tells one chat from another. */
interface Chat {
  readonly name: string
  readonly input: string
  render(notice: Notice): object
  /** Asks without posting, and judges the answer. */
  probe(
    send: (method: 'GET' | 'HEAD' | 'POST', body?: string) => Promise<HttpAnswer>,
  ): Promise<Pick<DoctorCheck, 'state' | 'text'> | HttpAnswer>
}

const json = { 'content-type': 'application/json; charset=utf-8' }

const slack: Chat = {
  name: 'Slack',
  input: 'slack-webhook-url',
  render: renderSlack,
  async probe(send) {
    // A body without a text is refused with 400 by an address that lives; 403, 404 and 410 say
    // that it does not (docs.slack.dev, "Handling errors"). Nothing is posted.
    const answer = await send('POST', '{}')
    return answer.kind === 'answered' && answer.status === 400
      ? { state: 'ok', text: 'the address lives; nothing was posted' }
      : answer
  },
}

const discord: Chat = {
  name: 'Discord',
  input: 'discord-webhook-url',
  render: renderDiscord,
  async probe(send) {
    // "Get Webhook with Token" describes the webhook and posts nothing.
    const answer = await send('GET')
    return answer.kind === 'answered' && answer.status === 200
      ? { state: 'ok', text: 'the address lives; nothing was posted' }
      : answer
  },
}

const teams: Chat = {
  name: 'Teams',
  input: 'teams-webhook-url',
  render: renderTeams,
  async probe(send) {
    // Any POST starts the workflow behind the address, so that is not tried.
    const answer = await send('HEAD')
    return answer.kind === 'answered' && answer.status < 500
      ? {
          state: 'unknown',
          text: 'its host answers; whether it posts shows only when there is something to tell',
        }
      : answer
  },
}

/** A Slack incoming webhook. */
export const createSlackChannel = (world: HttpWorld, options: ChatOptions) =>
  createChat(slack, world, options)

/** A Discord webhook. */
export const createDiscordChannel = (world: HttpWorld, options: ChatOptions) =>
  createChat(discord, world, options)

/** A Teams workflow that is started by a webhook request. */
export const createTeamsChannel = (world: HttpWorld, options: ChatOptions) =>
  createChat(teams, world, options)

function createChat(
  { name, input, render, probe }: Chat,
  world: HttpWorld,
  { url, wants }: ChatOptions,
): Channel {
  return {
    name,
    wants,
    async tell({ notice }, signal) {
      const body = JSON.stringify(render(notice))
      return judgeAnswer(
        await sendRequest(world, { url, method: 'POST', headers: json, body }, signal),
        input,
      )
    },
    async probe(signal): Promise<DoctorCheck> {
      const found = await probe((method, body) =>
        sendRequest(
          world,
          { url, method, ...(body !== undefined && { headers: json, body }) },
          signal,
        ),
      )
      if ('state' in found) return { name, ...found }
      const delivery = judgeAnswer(found, input)
      return delivery.kind === 'told'
        ? { name, state: 'unknown', text: 'it answers, but not as it should' }
        : { name, state: 'failed', text: delivery.problem, advice: delivery.hint }
    },
  }
}
