import { describe, expect, it } from 'vitest'
import { environmentSchema, readRules } from '../../../action/github/answers.ts'

/** Rules as they are read from an answer that holds these. */
function read(fields: object) {
  return readRules(environmentSchema.parse({ id: 7, name: 'production', ...fields }))
}

describe('readRules', () => {
  it('reads an environment as GitHub creates it as one without any rule', () => {
    expect(read({ protection_rules: [], deployment_branch_policy: null })).toEqual({
      id: 7,
      name: 'production',
      reviewers: [],
      preventsSelfReview: false,
      canAdminsBypass: undefined,
      hasBranchPolicy: false,
    })
  })

  it.each([
    ['missing', undefined],
    ['of other kinds only', [{ type: 'wait_timer', wait_timer: 30 }, { type: 'branch_policy' }]],
    ['without reviewers', [{ type: 'required_reviewers' }]],
    ['in an unknown form', [{ type: 'required_reviewers', reviewers: [{ type: 'User' }] }]],
    ['with a reviewer without an id', [{ type: 'required_reviewers', reviewers: [{}] }]],
  ])('finds no reviewers where the rules are %s', (_name, rules) => {
    expect(read({ protection_rules: rules }).reviewers).toEqual([])
  })

  it('tells users, teams and what it does not know apart', () => {
    const reviewers = ['User', 'Team', 'Robot'].map((type, index) => ({
      type,
      reviewer: { id: index + 1 },
    }))
    const rule = { type: 'required_reviewers', prevent_self_review: true, reviewers }
    const policy = { protected_branches: true, custom_branch_policies: false }
    expect(read({ protection_rules: [rule], deployment_branch_policy: policy })).toMatchObject({
      reviewers: [
        { kind: 'user', id: 1 },
        { kind: 'team', id: 2 },
        { kind: 'unknown', id: 3 },
      ],
      preventsSelfReview: true,
      hasBranchPolicy: true,
    })
  })
})
