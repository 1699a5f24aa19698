import { describe, expect, it } from 'vitest'
import { createServerClock } from '../../../action/storage/server-clock.ts'
import { createManualClock } from './manual-clock.ts'

describe('createServerClock', () => {
  it("says this machine's time before it has learnt any", () => {
    const server = createServerClock(createManualClock('2026-11-22T03:00:00.000Z'))
    expect([server.now().toISOString(), server.skewMs()]).toEqual([
      '2026-11-22T03:00:00.000Z',
      undefined,
    ])
  })

  it("follows the Date header, half of the answer's way and half of a second on", async () => {
    const clock = createManualClock('2026-11-22T03:00:00.000Z')
    const server = createServerClock(clock)
    const sentAt = clock.now()
    await clock.advance(2_000)
    server.learn('Sun, 22 Nov 2026 02:50:00 GMT', sentAt)
    expect([server.now().toISOString(), server.skewMs()]).toEqual([
      '2026-11-22T02:50:01.500Z',
      600_500,
    ])
    await clock.advance(60_000)
    expect(server.now().toISOString()).toBe('2026-11-22T02:51:01.500Z')
  })

  it.each([undefined, '', 'yesterday'])('learns nothing from %j', (date) => {
    const clock = createManualClock()
    const server = createServerClock(clock)
    server.learn(date, clock.now())
    expect(server.skewMs()).toBeUndefined()
  })
})
