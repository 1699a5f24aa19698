import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createAsker } from '../../../action/runner/create-asker.ts'

function startAsking() {
  const input = new PassThrough()
  const controller = new AbortController()
  const ask = createAsker({
    input,
    output: Object.assign(new PassThrough().resume(), { isTTY: true }),
    signal: controller.signal,
    interrupt: () => controller.abort(new Error('interrupted')),
    describePlan: () => 'a plan',
  })
  return { input, ask, signal: controller.signal }
}

describe('createAsker', () => {
  it.each([
    ['y', true],
    ['Yes', true],
    ['', false],
    ['yess', false],
  ])('takes %j for %s', async (typed, expected) => {
    const { input, ask } = startAsking()
    const answer = ask.confirm('Delete?')
    input.write(`${typed}\n`)
    expect(await answer).toBe(expected)
  })

  it('takes the end of the input for no', async () => {
    const { input, ask } = startAsking()
    const answer = ask.confirm('Delete?')
    input.end()
    expect(await answer).toBe(false)
  })

  it('passes Ctrl-C on, which a terminal sends as a key, and ends the question', async () => {
    const { input, ask, signal } = startAsking()
    const answer = ask.confirm('Delete?')
    input.write('\u0003')
    await expect(answer).rejects.toThrow()
    expect(signal.aborted).toBe(true)
  })
})
