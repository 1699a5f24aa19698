import { describe, expect, it } from 'vitest'
import { type AskedDeed, judgeAsking } from '../../../action/domain/gate-asking.ts'
import type { AskingFacts, GateFacts } from '../../../action/domain/gate-facts.ts'

const id = '20261122T030012Z-k7q2'
const askedMs = Date.parse('2026-11-22T10:00:00.000Z')
const asking: AskingFacts = {
  authorId: 1,
  issueNumber: 7,
  createdAt: new Date(askedMs),
  updatedAt: new Date(askedMs),
  isByPerson: true,
  isByMember: true,
  body: 'Production is gone.\n\n/restore latest\n',
}
const deed: AskedDeed = {
  command: 'restore',
  requesterId: 1,
  issueNumber: 7,
  backupWords: [id, 'latest'],
  mode: 'swap',
}

/** What is said of a comment, for a run that began so long after it. */
function judge(
  changes: Partial<AskingFacts>,
  { laterMs = 60_000, ...other }: Partial<AskedDeed> & { readonly laterMs?: number } = {},
): readonly string[] {
  const createdAt = new Date(askedMs + laterMs)
  const run: GateFacts['run'] = { id: '1', repository: 'a/b', attempts: [1], ref: '', createdAt }
  const facts = { run, asking: { ...asking, ...changes } }
  return judgeAsking(facts, { ...deed, ...other }).map(({ text }) => text)
}

describe('judgeAsking', () => {
  it.each([
    ['a line among others', 'Please:\r\n/restore latest\r\nThank you'],
    ['the id of the plan', `/restore ${id}`],
    ['the mode', '/restore latest --mode swap'],
    ['the mode with an equals sign, in capitals', '/restore latest --mode=SWAP'],
    ['the mode before the backup', '/restore --mode swap latest'],
    ['white space around it', '  /restore\t latest  '],
  ])('believes a comment with %s', (_name, body) => {
    expect(judge({ body })).toEqual([])
  })

  it.each([
    ['no command', 'Thank you'],
    ['another command', `/delete ${id}`],
    ['another backup', '/restore 20261121T030012Z-aaaa'],
    ['no backup', '/restore'],
    ['another mode', '/restore latest --mode in-place'],
    ['a mode without a name', '/restore latest --mode'],
    ['the command within a line', 'please /restore latest'],
    ['the command in a quote', '> /restore latest'],
    ['a longer command', '/restored latest'],
    ['capitals', '/Restore latest'],
    ['the backup on another line', '/restore\nlatest'],
    ['nothing', ''],
  ])('does not believe one with %s', (_name, body) => {
    expect(judge({ body })).toEqual([
      'the comment that asked does not ask for this, expected it to hold the command',
    ])
  })

  it('wants the id where a certain backup was asked for', () => {
    expect(judge({}, { backupWords: [id] })).toHaveLength(1)
    expect(judge({ body: `/restore ${id}` }, { backupWords: [id] })).toEqual([])
  })

  it('asks a deletion for no mode', () => {
    const deletion = { command: 'delete', mode: undefined, backupWords: [id] } as const
    expect(judge({ body: `/delete ${id}` }, deletion)).toEqual([])
  })

  it.each<[string, Partial<AskingFacts>, string]>([
    ['of another account', { authorId: 2 }, 'somebody else'],
    ['of an App', { isByPerson: false }, 'App'],
    ['of a stranger', { isByMember: false }, 'triage'],
    ['under another issue', { issueNumber: 8 }, 'issue'],
    ['under no issue', { issueNumber: Number.NaN }, 'issue'],
    ['that was edited', { updatedAt: new Date(askedMs + 1_001) }, 'edited'],
    ['whose times are none', { updatedAt: new Date(Number.NaN) }, 'edited'],
  ])('does not believe one %s', (_name, changes, word) => {
    expect(judge(changes)).toEqual([expect.stringContaining(word)])
  })

  it('takes a stamp of the next second for no edit, which GitHub gives at times', () => {
    expect(judge({ updatedAt: new Date(askedMs + 1_000) })).toEqual([])
  })

  it.each([
    [-300_000, 0],
    [-300_001, 1],
    [25 * 3_600_000, 0],
    [25 * 3_600_000 + 1, 1],
    [Number.NaN, 1],
  ])('finds, where the run began %d ms after it, %d reasons', (laterMs, count) => {
    expect(judge({}, { laterMs })).toHaveLength(count)
  })

  it('does not believe what is not there', () => {
    const run = { id: '1', repository: 'a/b', attempts: [1], ref: '', createdAt: new Date(askedMs) }
    expect(judgeAsking({ run, asking: undefined }, deed)).toMatchObject([
      { code: 'request_unproven', text: expect.stringContaining('gone') },
    ])
    const { createdAt: _, ...undated } = run
    expect(judgeAsking({ run: undated, asking }, deed)).toHaveLength(1)
  })
})
