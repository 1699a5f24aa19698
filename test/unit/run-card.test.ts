import { describe, expect, it, vi } from 'vitest'
import { startCard } from '../../action/domain/start-card.ts'
import type { CardNews, CardUpdate } from '../../action/github/update-card.ts'
import {
  cardProgressIntervalMs,
  createRunCard,
  type RunCardOptions,
} from '../../action/run-card.ts'
import type { CardState } from '../../action/runner/card-state.ts'
import { sampleFailure, sampleNow, sampleResults } from '../support/sample-results.ts'

const run = { id: 9001, url: 'https://github.example/acme/shop/actions/runs/9001' }
const written: CardUpdate = { kind: 'written', card: startCard(sampleNow) }

/** A card whose updates wait until they are answered. */
function stage(options: Partial<RunCardOptions> = {}) {
  const news: CardNews[] = []
  const answers: ((update: CardUpdate) => void)[] = []
  const states: CardState[] = []
  const warnings: string[] = []
  const cancel = new AbortController()
  let elapsedMs = 0
  const card = createRunCard({
    update: (told, signal) => {
      news.push(told)
      return new Promise((resolve, reject) => {
        answers.push(resolve)
        signal.addEventListener('abort', () => reject(signal.reason))
        if (signal.aborted) reject(signal.reason)
      })
    },
    now: () => sampleNow,
    nowMs: () => elapsedMs,
    timeout: () => new AbortController().signal,
    hide: (text) => text.replaceAll('hush', '***'),
    log: { warn: (line) => warnings.push(line) },
    saveState: (state) => states.push(state),
    isPlan: false,
    run,
    signal: cancel.signal,
    ...options,
  })
  return {
    card,
    news,
    states,
    warnings,
    cancel: () => cancel.abort(new Error('The run was cancelled')),
    pass: (ms: number) => {
      elapsedMs += ms
    },
    /** Answers the oldest update that is under way. */
    async answer(update = written) {
      await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0))
      answers.shift()?.(update)
    },
  }
}

/** Lets everything go on that does not wait for an answer. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

const sample = { stage: 'dump', doneBytes: 1 << 20 } as const

describe('createRunCard', () => {
  it('leaves the card to the run that took the request before', async () => {
    const { card, news, states } = stage()
    await card.end({ ...sampleFailure, reasonCode: 'already_carried_out' })
    expect(news).toEqual([])
    expect(states).toEqual([{ kind: 'told' }])
  })

  it('says that the work has begun, with those who approved, and how it ended', async () => {
    const { card, news, answer, states } = stage()
    card.begin({ approvers: [{ id: 12, login: 'hubot-friend' }], isUnprotected: false })
    await answer()
    const ended = card.end(sampleResults.backup)
    await answer()
    await ended
    expect(news).toMatchObject([
      { change: { state: 'running', run, approvers: [{ id: 12, login: 'hubot-friend' }] } },
      { change: { state: 'succeeded', run, message: sampleResults.backup.message } },
    ])
    expect(news[1]?.details).toContain('Total stored')
    expect(states.map(({ kind }) => kind)).toEqual(['untold', 'told'])
  })

  it('shows progress at most once in an interval, and never while an update is under way', async () => {
    const { card, news, answer, pass } = stage()
    const states = () => news.map(({ change }) => change.state)
    card.progress(sample)
    card.begin()
    card.progress(sample)
    pass(cardProgressIntervalMs)
    card.progress(sample)
    await answer()
    await settle()
    card.progress(sample)
    pass(cardProgressIntervalMs - 1)
    card.progress(sample)
    await settle()
    expect(states()).toEqual(['running'])
    pass(1)
    card.progress({ ...sample, doneBytes: 5 << 20 })
    card.progress(sample)
    await settle()
    expect(news[1]?.change.progress).toMatch(/^Dumping: 5 MiB/)
    pass(cardProgressIntervalMs)
    card.progress(sample)
    await settle()
    expect(states()).toEqual(['running', 'running'])
  })

  it('never calls the freezing of a plan running', async () => {
    const { card, news, answer, pass } = stage({ isPlan: true })
    card.begin()
    card.progress(sample)
    pass(cardProgressIntervalMs)
    card.progress(sample)
    const ended = card.end(sampleFailure)
    await answer()
    await ended
    expect(news.map(({ change }) => change.state)).toEqual(['failed'])
  })

  it('hides what must not stand on a card in every text of it', async () => {
    const { card, news, answer, states } = stage()
    const result = {
      ...sampleFailure,
      message: 'Cannot reach hush',
      hint: 'Ask hush',
      warnings: ['hush is slow'],
    }
    const ended = card.end(result, ['looking for hush'])
    await answer()
    await ended
    expect(news[0]?.change).toMatchObject({ message: 'Cannot reach ***', hint: 'Ask ***' })
    expect(news[0]?.details).toContain('&#42;&#42;&#42; is slow')
    expect(news[0]?.details).toContain('looking for ***')
    expect(JSON.stringify([news, states])).not.toContain('hush')
  })

  it('warns once of whatever goes wrong, and leaves the end to be told by post', async () => {
    const { card, answer, states, warnings } = stage()
    const failed: CardUpdate = {
      kind: 'failed',
      problem: 'GitHub answered 403',
      hint: 'Permit it.',
    }
    card.begin()
    await answer(failed)
    const ended = card.end(sampleResults.backup)
    await answer(failed)
    await ended
    expect(warnings).toEqual(['Cannot update the status card: GitHub answered 403. Permit it.'])
    expect(states).toMatchObject([{ kind: 'untold', card: { state: 'succeeded', run } }])
  })

  it('survives an update that throws', async () => {
    const update = async () => {
      throw new TypeError('of hush')
    }
    const { card, warnings, states } = stage({ update })
    await card.end(sampleResults.backup)
    expect(warnings).toEqual([expect.stringMatching(/^Cannot update the status card: of \*\*\*/)])
    expect(states.at(-1)?.kind).toBe('untold')
  })

  it('gives up what is under way when the run is cancelled, and tells that end', async () => {
    const { card, news, answer, cancel } = stage()
    card.begin()
    await vi.waitFor(() => expect(news).toHaveLength(1))
    cancel()
    const ended = card.end({ ...sampleFailure, reasonCode: 'cancelled', stage: 'cancel' })
    await answer()
    await answer()
    await ended
    expect(news.at(-1)?.change.state).toBe('cancelled')
  })

  it('bounds every wait', async () => {
    const waitsMs: number[] = []
    const timeout = (ms: number) => {
      waitsMs.push(ms)
      return AbortSignal.abort()
    }
    const { card, warnings } = stage({ timeout })
    card.begin()
    await card.end(sampleResults.backup)
    await card.end({ ...sampleFailure, reasonCode: 'cancelled' })
    expect(waitsMs).toEqual([15_000, 15_000, 2_500])
    expect(warnings).toEqual([expect.stringContaining('did not answer in time')])
  })
})
