import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advanceCard, type CardChange } from '../../../action/domain/advance-card.ts'
import { type Card, cardRanks, cardSchema, isEnd } from '../../../action/domain/card.ts'
import { startCard } from '../../../action/domain/start-card.ts'
import { arbitraryCard } from '../../support/cards/arbitrary-cards.ts'
import { sampleCard } from '../../support/cards/sample-card.ts'

const start = startCard(new Date('2026-11-22T09:00:00Z'))
const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 9, minute))

const story: readonly CardChange[] = [
  { at: at(1), run: sampleCard.run },
  { at: at(2), state: 'planned', plan: sampleCard.plan, message: 'Frozen' },
  { at: at(3), state: 'waiting', waiting: { environment: 'database-restore', reviewers: [] } },
  { at: at(4), state: 'waiting', waiting: { environment: 'database-restore', reviewers: ['dba'] } },
  { at: at(5), state: 'approved', approvers: [{ id: 12, login: 'hubot-friend' }] },
  { at: at(6), state: 'running', progress: 'Checking: 1 GiB' },
  { at: at(7), state: 'running', progress: 'Restoring: 2 GiB', isUnprotected: true },
  { at: at(8), state: 'approved', approvers: [{ id: 9, login: 'dba-lead' }] },
  { at: at(9), state: 'succeeded', message: 'Restored', reasonCode: 'ok' },
]

const tell = (news: readonly CardChange[]) => news.reduce(advanceCard, start)

describe('advanceCard', () => {
  it('ends in the same card, whatever the order of the news', () => {
    const whole = tell(story)
    expect(whole).toMatchObject({ state: 'succeeded', message: 'Restored', plan: sampleCard.plan })
    expect(whole.approvers?.map(({ id }) => id)).toEqual([9, 12])
    expect(whole).not.toHaveProperty('progress')
    fc.assert(
      fc.property(fc.shuffledSubarray([...story], { minLength: story.length }), (news) => {
        expect(tell(news)).toEqual(whole)
      }),
    )
  })

  it('never moves back, never leaves an end, and stays readable', () => {
    const change = fc.record(
      { change: arbitraryCard, minute: fc.nat(59) },
      { requiredKeys: ['change', 'minute'] },
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        let card: Card = start
        for (const { change: told, minute } of changes) {
          const next = advanceCard(card, { ...told, at: at(minute) })
          expect(cardRanks[next.state]).toBeGreaterThanOrEqual(cardRanks[card.state])
          if (isEnd(card.state)) expect(next.state).toBe(card.state)
          expect(Date.parse(next.updatedAt)).toBeGreaterThanOrEqual(Date.parse(card.updatedAt))
          card = next
        }
        expect(cardSchema.safeParse(JSON.parse(JSON.stringify(card))).success).toBe(true)
      }),
    )
  })

  it('returns the same card where the news are none', () => {
    const card = tell(story)
    for (const change of story) expect(advanceCard(card, change)).toBe(card)
  })

  it('keeps the words of the first end and fills in what that one did not say', () => {
    const first = advanceCard(start, { at: at(1), state: 'failed', message: 'The bucket is gone' })
    const second = advanceCard(first, { at: at(2), state: 'failed', message: 'No', hint: 'Look' })
    expect(second).toMatchObject({ state: 'failed', message: 'The bucket is gone', hint: 'Look' })
    expect(advanceCard(second, { at: at(3), state: 'succeeded', message: 'Done' })).toBe(second)
  })

  it('forgets what was said of a state that is left', () => {
    const waiting = advanceCard(start, {
      at: at(1),
      state: 'waiting',
      message: 'Wait',
      hint: 'Ask',
    })
    const running = advanceCard(waiting, { at: at(2), state: 'running', progress: 'Dumping' })
    expect(running).not.toHaveProperty('message')
    expect(running).not.toHaveProperty('hint')
    expect(advanceCard(running, { at: at(1), state: 'running', progress: 'Before' })).toBe(running)
  })

  it('cuts what is too long for a card', () => {
    const card = advanceCard(start, {
      at: at(1),
      state: 'failed',
      message: 'm'.repeat(5000),
      waiting: { environment: 'e', reviewers: Array(50).fill('r'.repeat(500)) },
    })
    expect(card.message).toHaveLength(2000)
    expect(card.waiting?.reviewers).toHaveLength(20)
    expect(cardSchema.safeParse(card).success).toBe(true)
  })
})
