import { z } from 'zod'
import type { EnvironmentFacts } from '../domain/gate-facts.ts'

/** An account within an answer, as far as it is looked at. */
export const accountSchema = z.object({
  id: z.int().positive(),
  login: z.string().min(1).max(100),
  type: z.string().min(1).max(100),
})

/** A time within an answer. */
export const instantSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** The rule that makes reviewers decide; other rules have other types. */
const reviewersRuleSchema = z.object({
  type: z.literal('required_reviewers'),
  prevent_self_review: z.boolean().optional(),
  reviewers: z
    .array(z.object({ type: z.string(), reviewer: z.object({ id: z.int().positive() }) }))
    .optional(),
})

/** Rules are optional in GitHub's description, and absent where none is set. */
export const environmentSchema = z.object({
  id: z.int().positive(),
  name: z.string().min(1),
  protection_rules: z.array(z.looseObject({ type: z.string() })).optional(),
  deployment_branch_policy: z.looseObject({}).nullish(),
  /** Not in GitHub's description, but in its answers. */
  can_admins_bypass: z.boolean().optional(),
})

/**
 * The rules within an answer about an environment.
 *
 * A rule about reviewers in an unknown form counts as none, which refuses.
 */
export function readRules(answer: z.infer<typeof environmentSchema>): EnvironmentFacts {
  const rules = (answer.protection_rules ?? []).flatMap((rule) => {
    const parsed = reviewersRuleSchema.safeParse(rule)
    return parsed.success ? [parsed.data] : []
  })
  return {
    id: answer.id,
    name: answer.name,
    reviewers: rules
      .flatMap((rule) => rule.reviewers ?? [])
      .map(({ type, reviewer }) => ({ kind: kinds[type] ?? 'unknown', id: reviewer.id })),
    preventsSelfReview: rules.some((rule) => rule.prevent_self_review === true),
    canAdminsBypass: answer.can_admins_bypass,
    hasBranchPolicy: answer.deployment_branch_policy != null,
  }
}

const kinds: Readonly<Record<string, 'user' | 'team'>> = { User: 'user', Team: 'team' }
