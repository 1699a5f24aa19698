import type { Inputs } from './domain/inputs.ts'
import type { Notice } from './domain/notice.ts'
import { isAlarm, isPing, isWorthTelling } from './domain/route-notice.ts'
import { createIssueChannel } from './github/issue-channel.ts'
import type { Channel } from './job/ports.ts'
import {
  createDiscordChannel,
  createSlackChannel,
  createTeamsChannel,
} from './notify/chat-channels.ts'
import { createEmailChannel } from './notify/email-channel.ts'
import { createPingChannel } from './notify/ping-channel.ts'
import { createWebhookChannel } from './notify/webhook-channel.ts'
import type { RunFacts } from './runner/read-run-facts.ts'
import { systemClock as clock } from './runner/system-clock.ts'
import { systemRandom as random } from './runner/system-random.ts'

/** The channels that the inputs name, and what keeps others from being used. */
export interface OpenChannels {
  readonly channels: readonly Channel[]
  /** A sentence each. */
  readonly problems: readonly string[]
}

/** Puts the channels together. Nothing is connected to yet. */
export function openChannels(inputs: Inputs, facts: RunFacts): OpenChannels {
  const { webhookUrl, webhookSecret, slackWebhookUrl, discordWebhookUrl } = inputs
  const { teamsWebhookUrl, pingUrl } = inputs
  const http = { fetch, clock }
  const wants = (notice: Notice) => isWorthTelling(notice, { tellsSuccess: inputs.notifySuccess })
  const mail = openEmail(inputs, wants)
  const issue = openIssue(inputs, facts)
  const found: readonly (Channel | string | undefined)[] = [
    mail,
    webhookUrl &&
      createWebhookChannel(http, { url: webhookUrl, secret: webhookSecret, random, wants }),
    slackWebhookUrl && createSlackChannel(http, { url: slackWebhookUrl, wants }),
    discordWebhookUrl && createDiscordChannel(http, { url: discordWebhookUrl, wants }),
    teamsWebhookUrl && createTeamsChannel(http, { url: teamsWebhookUrl, wants }),
    pingUrl && createPingChannel(http, { url: pingUrl, wants: isPing }),
    issue,
  ].map((each) => (each === '' ? undefined : each))
  return {
    channels: found.filter((each) => typeof each === 'object'),
    problems: found.filter((each) => typeof each === 'string'),
  }
}

function openEmail(inputs: Inputs, wants: Channel['wants']): Channel | string | undefined {
  const { notifyEmail: to, smtpServer: host } = inputs
  if (to.length === 0) return undefined
  if (host === undefined) {
    return 'Cannot notify by e-mail: "smtp-server" is empty, expected the host that sends the mail'
  }
  return createEmailChannel(
    {
      host,
      port: inputs.smtpPort,
      username: inputs.smtpUsername,
      password: inputs.smtpPassword,
      security: inputs.smtpSecurity,
      from: inputs.smtpFrom,
      to,
    },
    wants,
  )
}

function openIssue(inputs: Inputs, facts: RunFacts): Channel | string | undefined {
  const { notifyIssue, githubToken: token, bucket = '', prefix } = inputs
  const { apiUrl, repository } = facts
  if (!notifyIssue) return undefined
  if (token === undefined) {
    return 'Cannot notify by issue: "github-token" is empty, expected a token with "issues: write"'
  }
  if (apiUrl === undefined || repository === undefined) {
    return 'Cannot notify by issue: this is no run of GitHub Actions, expected one'
  }
  return createIssueChannel(
    { token, apiUrl, repository, sleep: clock.sleep },
    { place: `${bucket}/${prefix}`, prefix, random, wants: isAlarm },
  )
}
