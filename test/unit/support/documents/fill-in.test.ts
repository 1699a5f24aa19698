import { describe, expect, it } from 'vitest'
import { fillIn } from '../../../support/documents/fill-in.ts'

const own = {
  variables: { PGHOST: 'db.test', SECRET: "it's" },
  databaseUrl: (name: string) => `postgres://me:mine@db.test/${name}`,
  password: 'made-up',
}

describe('fillIn', () => {
  it.each([
    ['export PGHOST=... SECRET=...', "export PGHOST=db.test SECRET='it'\\''s'"],
    ["PGHOST='<host>'  # yours", 'PGHOST=db.test  # yours'],
    ['echo "$PGHOST" MYPGHOST=1', 'echo "$PGHOST" MYPGHOST=1'],
    ["URL='postgres://owner:password@host:5432/shop'", "URL='postgres://me:mine@db.test/shop'"],
    ["LOGIN PASSWORD '...' BYPASSRLS", "LOGIN PASSWORD 'made-up' BYPASSRLS"],
    ['gunzip < file', 'gunzip < file'],
  ])('makes of %s what a reader pastes', (shown, pasted) => {
    expect(fillIn(shown, own)).toBe(pasted)
  })

  it.each(['export OTHER=...', "echo '<name>'", "ALTER ROLE a CONNECTION LIMIT '...'"])(
    'knows nothing to put into %s',
    (shown) => {
      expect(() => fillIn(shown, own)).toThrow('Nothing is known')
    },
  )

  it('refuses a placeholder that a shell takes for a file', () => {
    expect(() => fillIn('export PGHOST=https://<host>', own)).toThrow('quotes')
  })
})
