import { describe, expect, it } from 'vitest'
import { connectionFailure } from '../../../action/postgres/connection-failure.ts'
import { parseConnectionUrl } from '../../../action/postgres/connection-settings.ts'

// A folder of a socket: no name is looked up for it.
const settings = parseConnectionUrl('postgres://u:quokka@/d?host=/nonexistent')

describe('connectionFailure', () => {
  it.each([
    ['ENOTFOUND', 'letter by letter'],
    ['ECONNREFUSED', 'host and port'],
  ])('sends who met %s to the place to look at', async (word, place) => {
    const failure = await connectionFailure({ word }, settings)
    expect(failure.code).toBe('database_unreachable')
    expect(failure.hint).toContain(place)
  })
})
