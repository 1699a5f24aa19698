import { z } from 'zod'
import { type ChatCommand, chatCommands } from './request.ts'

/** Where the policy file stands, on the default branch. */
export const policyPath = '.github/strongroom.yml'

/** Longest policy file that is read, in UTF-16 units: 64 KiB of ASCII. */
export const policyCharactersMax = 65_536

const listLengthMax = 50

/** An object whose unknown keys are refused. Every message of this page reads after "expected ". */
function section<T extends z.core.$ZodLooseShape>(shape: T) {
  const keys = Object.keys(shape).map((key) => `"${key}"`)
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? `one of ${keys.join(', ')}` : 'keys with values',
  })
}

const text = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error })

const listOf = <T extends z.ZodType>(item: T, of: string) => {
  const error = `a list of at most ${listLengthMax} ${of}`
  return z.array(item, { error }).max(listLengthMax, { error }).default([])
}

const wholeNumber = (max: number) => {
  const error = `a whole number from 1 to ${max}`
  return z.int({ error }).min(1, { error }).max(max, { error })
}

const workflow = text(
  /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}\.ya?ml$/,
  'the name of a file in .github/workflows, such as "database-backup.yml"',
)
const environment = text(/^[^\p{Cc}]{1,255}$/u, 'the name of an environment')

const rule = section({
  role: text(
    /^(?!none$)[^\p{Cc}]{1,100}$/iu,
    '"read", "triage", "write", "maintain", "admin" or the name of a custom role',
  ).optional(),
  teams: listOf(
    text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'the slug of a team, without "@" and organisation'),
    'teams',
  ),
  users: listOf(
    text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'a login of GitHub, without "@"'),
    'users',
  ),
})

const rules = Object.fromEntries(chatCommands.map((name) => [name, rule.optional()])) as Record<
  ChatCommand,
  z.ZodOptional<typeof rule>
>

/**
 * The policy file as it is written. Every key may be left out and no other is admitted, because a
 * mistyped rule would be a rule that nobody keeps. The defaults of everything but the roles stand here;
 * those of the roles stand beside each command of the bot.
 */
export const policyFileSchema = section({
  /** Who may ask for what. Role, team and user: any of the three admits. */
  commands: section(rules).default({}),
  /** Files in .github/workflows of the default branch. */
  workflows: section({
    backup: workflow.default('database-backup.yml'),
    restore: workflow.default('database-restore.yml'),
  }).prefault({}),
  environments: section({
    backup: environment.default('database-backup'),
    restore: environment.default('database-restore'),
  }).prefault({}),
  /** Where commands are taken: an issue with one of the labels or one of the numbers. Both empty: everywhere. */
  issues: section({
    labels: listOf(text(/^[^\p{Cc}]{1,100}$/u, 'the name of a label'), 'labels'),
    numbers: listOf(wholeNumber(Number.MAX_SAFE_INTEGER), 'numbers of issues'),
  }).prefault({}),
  limits: section({
    /** Of one person. */
    'changing-per-10-minutes': wholeNumber(1000).default(3),
    /** Restores and deletions that are waited for or under way at the same time. */
    'open-restores': wholeNumber(100).default(1),
  }).prefault({}),
  /** Whether an environment without required reviewers, or one that administrators may bypass, is let through. */
  'allow-unprotected': z.boolean({ error: 'true or false' }).default(false),
})

/** What a repository has said about the bot and the gate, with every default filled in. */
export type Policy = z.output<typeof policyFileSchema>

/** The policy of a repository without a policy file. */
export const defaultPolicy: Policy = policyFileSchema.parse({})
