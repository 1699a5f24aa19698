import { describe, expect, it } from 'vitest'
import {
  createScratchName,
  isScratchOf,
  parseScratchName,
  readScratchMarker,
  writeScratchMarker,
} from '../../../../action/postgres/target/scratch-name.ts'

const at = new Date('2026-11-22T03:00:12.345Z')
const name = createScratchName('shop', at, 'abcdef')
const marker = {
  target: 'shop',
  backupId: '20261122T030012Z-k7q2',
  createdAt: '2026-11-22T03:00:12.000Z',
  nonce: 'abcdef',
}
const database = { name, comment: writeScratchMarker(marker), allowsConnections: true }

describe('createScratchName', () => {
  it('tells target, instant and nonce, and is read back', () => {
    expect(name).toBe('shop__strongroom_20261122T030012Z_abcdef')
    expect(parseScratchName(name)).toEqual({
      prefix: 'shop',
      createdAt: '2026-11-22T03:00:12.000Z',
      nonce: 'abcdef',
    })
  })

  it.each(['x'.repeat(63), '🐘'.repeat(15), 'ä'.repeat(31)])(
    'fits 63 bytes of whole characters for %s',
    (target) => {
      const long = createScratchName(target, at, 'abcdefgh')
      expect(Buffer.byteLength(long)).toBeLessThanOrEqual(63)
      expect(long).not.toContain('\uFFFD')
      expect(Buffer.from(long).toString()).toBe(long)
      expect(parseScratchName(long)?.nonce).toBe('abcdefgh')
    },
  )
})

describe('parseScratchName', () => {
  it.each([
    'shop',
    'shop__strongroom_',
    'shop__strongroom_20261122T030012Z_',
    'shop__strongroom_20261122T030012Z_ABCDEF',
    'shop__strongroom_20269922T030012Z_abcdef',
    'shop__strongroom_20261122T030012Z_abcdef_mine',
    'shop__pre_20261122t030012z_k7q2',
  ])('does not take %s for one', (other) => {
    expect(parseScratchName(other)).toBeUndefined()
  })
})

describe('readScratchMarker', () => {
  it('reads what writeScratchMarker writes', () => {
    expect(readScratchMarker(writeScratchMarker(marker))).toEqual(marker)
  })

  it.each([
    null,
    undefined,
    '',
    'a comment',
    '{',
    '{}',
    '[]',
    '{"strongroom":"scratch"}',
    '{"strongroom":1}',
  ])('does not take %j for one', (comment) => {
    expect(readScratchMarker(comment)).toBeUndefined()
  })
})

describe('isScratchOf', () => {
  it('recognises a database by name and marker together', () => {
    expect(isScratchOf('shop', database)).toBe(true)
  })

  it.each([
    ['of another target', 'shop2', {}],
    [
      'with another target in its marker',
      'shop',
      { comment: writeScratchMarker({ ...marker, target: 'other' }) },
    ],
    [
      'with another nonce in its marker',
      'shop',
      { comment: writeScratchMarker({ ...marker, nonce: 'zzzzzz' }) },
    ],
    [
      'with another instant in its marker',
      'shop',
      { comment: writeScratchMarker({ ...marker, createdAt: '2026-11-22T03:00:13.000Z' }) },
    ],
    ["with a user's comment", 'shop', { comment: 'mine' }],
    ['without a marker but in use', 'shop', { comment: null }],
    ['of another name', 'shop', { name: 'shop__strongroom_mine' }],
  ])('leaves alone one %s', (_what, target, change) => {
    expect(isScratchOf(target, { ...database, ...change })).toBe(false)
  })

  it('recognises one that died before it was marked', () => {
    expect(isScratchOf('shop', { name, comment: null, allowsConnections: false })).toBe(true)
  })
})
