import { describe, expect, it } from 'vitest'
import { createTurnstile } from '../../../bot/create-turnstile.ts'

describe('createTurnstile', () => {
  it('lets so many in at once, in the order in which they came', async () => {
    const enter = createTurnstile(2)
    const begun: number[] = []
    const ends: (() => void)[] = []
    const all = [0, 1, 2, 3].map((index) =>
      enter(async () => {
        begun.push(index)
        await new Promise<void>((resolve) => ends.push(resolve))
        return index
      }),
    )
    expect(begun).toEqual([0, 1])
    ends[1]?.()
    await all[1]
    expect(begun).toEqual([0, 1, 2])
    ends[0]?.()
    ends[2]?.()
    await Promise.all([all[0], all[2]])
    ends[3]?.()
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
  })

  it('gives the place on after a failure', async () => {
    const enter = createTurnstile(1)
    const failing = enter(() => Promise.reject(new Error('no')))
    const next = enter(async () => 'in')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('in')
    expect(await enter(async () => 'again')).toBe('again')
  })
})
