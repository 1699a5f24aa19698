import { describe, expect, it } from 'vitest'
import { watchDump } from '../../../action/postgres/watch-dump.ts'
import { createManualClock } from '../../support/postgres/manual-clock.ts'

const limits = { silenceTimeoutMs: 60_000, totalTimeoutMs: 600_000 }

function start(given = limits) {
  const clock = createManualClock()
  let trips = 0
  const watch = watchDump(clock, given, () => {
    trips += 1
  })
  return { clock, watch, trips: () => trips }
}

describe('watchDump', () => {
  it('trips where a read lasts longer than the silence limit', async () => {
    const { clock, watch, trips } = start()
    watch.beginRead()
    await clock.advance(59_999)
    expect(watch.tripped()).toBeUndefined()
    await clock.advance(1)
    expect(watch.tripped()).toBe('silence')
    await clock.advance(600_000)
    expect(trips()).toBe(1)
  })

  it('counts no silence while nobody reads', async () => {
    const { clock, watch } = start()
    watch.beginRead()
    await clock.advance(50_000)
    watch.endRead()
    await clock.advance(300_000)
    expect(watch.tripped()).toBeUndefined()
    watch.beginRead()
    await clock.advance(59_999)
    expect(watch.tripped()).toBeUndefined()
    await clock.advance(1)
    expect(watch.tripped()).toBe('silence')
  })

  it('trips at the total limit, whoever is slow', async () => {
    const { clock, watch } = start({ silenceTimeoutMs: 60_000, totalTimeoutMs: 100_000 })
    for (let i = 0; i < 9; i += 1) {
      watch.beginRead()
      await clock.advance(11_000)
      watch.endRead()
    }
    expect(watch.tripped()).toBeUndefined()
    await clock.advance(1_000)
    expect(watch.tripped()).toBe('total')
  })

  it('trips where the exit does not follow the end of output', async () => {
    const { clock, watch } = start()
    watch.beginRead()
    await clock.advance(1_000)
    watch.endRead()
    watch.endOutput()
    await clock.advance(30_000)
    expect(watch.tripped()).toBe('no-exit')
  })

  it('trips no more once it was stopped', async () => {
    const { clock, watch, trips } = start()
    watch.beginRead()
    watch.stop()
    await clock.advance(1_000_000)
    expect(trips()).toBe(0)
    expect(watch.tripped()).toBeUndefined()
  })
})
