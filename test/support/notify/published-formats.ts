import { z } from 'zod'

/**
 * The part of three published formats that our messages may use, closed: a field or an element that
 * is not here is a mistake. Lengths count UTF-16 units, which is the strictest reading.
 */

const link = z.url({ protocol: /^https?$/ })

// Slack: docs.slack.dev, "Blocks" and "Formatting message text".

/** Mrkdwn whose only angle brackets are links that we made, and whose ampersands are escapes. */
const mrkdwnText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[<>]/.test(text.replace(/<https?:\/\/[^<>|]+\|[^<>|]+>/g, '')), {
      message: 'an angle bracket that is no link of ours',
    })
    .refine((text) => !/&(?!amp;|lt;|gt;)/.test(text), { message: 'a bare ampersand' })

const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: mrkdwnText(max), verbatim: z.boolean() })

const slackBlock = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('header'),
    text: z.strictObject({
      type: z.literal('plain_text'),
      text: z.string().min(1).max(150),
      emoji: z.boolean(),
    }),
  }),
  z.strictObject({
    type: z.literal('section'),
    text: mrkdwn(3_000).optional(),
    fields: z.array(mrkdwn(2_000)).min(1).max(10).optional(),
  }),
])

/** The body of a Slack incoming webhook. */
export const slackFormat = z.strictObject({
  text: mrkdwnText(40_000),
  blocks: z.array(slackBlock).min(1).max(50),
})

// Discord: discord.com/developers/docs, "Execute Webhook" and "Embed Limits".

const embed = z.strictObject({
  title: z.string().max(256),
  description: z.string().max(4_096),
  url: link.optional(),
  timestamp: z.iso.datetime(),
  color: z.int().min(0).max(0xffffff),
  fields: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1_024),
        inline: z.boolean(),
      }),
    )
    .max(25),
  footer: z.strictObject({ text: z.string().max(2_048) }),
})

/** The body of a Discord webhook. All texts of all embeds together have at most 6,000. */
export const discordFormat = z
  .strictObject({
    allowed_mentions: z.strictObject({ parse: z.array(z.never()) }),
    embeds: z.array(embed).min(1).max(10),
  })
  .refine(({ embeds }) => embeds.reduce((sum, each) => sum + countEmbed(each), 0) <= 6_000, {
    message: 'more than 6,000 characters in all',
  })

function countEmbed({ title, description, fields, footer }: z.infer<typeof embed>): number {
  const texts = [title, description, footer.text, ...fields.flatMap((f) => [f.name, f.value])]
  return texts.join('').length
}

// Teams: adaptivecards.io, schema 1.4, and learn.microsoft.com, "Create and send messages" (28 KB).

const textRun = z.strictObject({
  type: z.literal('TextRun'),
  text: z.string().min(1),
  size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
  weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
  color: z.enum(['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention']).optional(),
  fontType: z.enum(['Default', 'Monospace']).optional(),
})

const card = z.strictObject({
  $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
  type: z.literal('AdaptiveCard'),
  version: z.literal('1.4'),
  msteams: z.strictObject({ width: z.literal('Full') }),
  body: z
    .array(z.strictObject({ type: z.literal('RichTextBlock'), inlines: z.array(textRun).min(1) }))
    .min(1),
  actions: z
    .array(
      z.strictObject({ type: z.literal('Action.OpenUrl'), title: z.string().min(1), url: link }),
    )
    .max(6)
    .optional(),
})

const teamsBytesMax = 28 * 1_024

/** The body that a Teams workflow takes. */
export const teamsFormat = z
  .strictObject({
    type: z.literal('message'),
    attachments: z
      .array(
        z.strictObject({
          contentType: z.literal('application/vnd.microsoft.card.adaptive'),
          contentUrl: z.null(),
          content: card,
        }),
      )
      .length(1),
  })
  .refine((message) => Buffer.byteLength(JSON.stringify(message)) <= teamsBytesMax, {
    message: 'more than 28 KB',
  })
