import { describe, expect, it } from 'vitest'
import {
  comparePostgresVersions,
  isBelowFloor,
  parsePostgresVersion,
  securityFloor,
} from '../../../action/domain/client-version.ts'

describe('parsePostgresVersion', () => {
  it.each([
    ['pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n', 15, 20, '15.20'],
    ['psql (PostgreSQL) 18.6', 18, 6, '18.6'],
    ['pg_dump (PostgreSQL) 19beta1', 19, 0, '19'],
    ['postgres (PostgreSQL) 18rc1 (Ubuntu 18~rc1-1.pgdg24.04+1)', 18, 0, '18'],
    ['pg_dump (PostgreSQL) 20devel', 20, 0, '20'],
    ['pg_dump (PostgreSQL) 9.6.24', 9, 24, '9.6.24'],
    ['15.20-0+deb12u1', 15, 20, '15.20'],
    ['17.11', 17, 11, '17.11'],
    ['16.4+1', 16, 4, '16.4'],
  ])('reads %j', (printed, major, minor, text) => {
    expect(parsePostgresVersion(printed)).toEqual({ major, minor, text })
  })

  it.each(['', 'pg_dump', 'command not found', 'x15.2'])('finds none in %j', (printed) => {
    expect(parsePostgresVersion(printed)).toBeUndefined()
  })
})

describe('isBelowFloor', () => {
  it.each([
    ['14.23', '14.24'],
    ['15.18', '15.19'],
    ['16.14', '16.15'],
    ['17.10', '17.11'],
    ['18.5', '18.6'],
  ])('separates %s from %s', (below, floor) => {
    expect(isBelowFloor(below)).toBe(true)
    expect(isBelowFloor(floor)).toBe(false)
    expect(securityFloor(Number.parseInt(floor, 10))).toBe(floor)
  })

  it.each(['13.23', '9.6.24', '10.0', '', 'unknown'])('counts %j as below', (version) => {
    expect(isBelowFloor(version)).toBe(true)
  })

  it('compares minors as numbers', () => {
    expect(isBelowFloor('15.9')).toBe(true)
    expect(isBelowFloor('15.100')).toBe(false)
  })

  it('trusts majors that came after the fix', () => {
    expect(isBelowFloor('19.0')).toBe(false)
    expect(securityFloor(19)).toBeUndefined()
    expect(securityFloor(13)).toBeUndefined()
  })
})

describe('comparePostgresVersions', () => {
  it('orders by major, then minor, unreadable first', () => {
    const versions = ['16.3', '15.20', 'x', '15.9', '9.6.24', '18.6']
    expect(versions.sort(comparePostgresVersions)).toEqual([
      'x',
      '9.6.24',
      '15.9',
      '15.20',
      '16.3',
      '18.6',
    ])
  })
})
