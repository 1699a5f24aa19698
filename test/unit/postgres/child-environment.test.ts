import { describe, expect, it } from 'vitest'
import { createChildEnvironment } from '../../../action/postgres/child-environment.ts'
import { parseConnectionUrl } from '../../../action/postgres/connection-settings.ts'

describe('createChildEnvironment', () => {
  it('holds what libpq needs and nothing of this process', () => {
    const settings = parseConnectionUrl('postgres://ann:s3cret@[::1]:5433/shop?sslmode=disable')
    const environment = createChildEnvironment(settings, { passwordFilePath: '/tmp/x/pgpass' })
    expect(environment).toEqual({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LC_ALL: 'C',
      HOME: '/nonexistent',
      PGHOST: '::1',
      PGPORT: '5433',
      PGUSER: 'ann',
      PGDATABASE: 'shop',
      PGSSLMODE: 'disable',
      PGCONNECT_TIMEOUT: '10',
      PGAPPNAME: 'strongroom',
      PGGSSENCMODE: 'disable',
      PGPASSFILE: '/tmp/x/pgpass',
    })
  })

  it('never holds the password', () => {
    const settings = parseConnectionUrl('postgres://ann:s3cret@db.example.com/shop')
    expect(JSON.stringify(createChildEnvironment(settings))).not.toContain('s3cret')
  })

  it('passes another database, the certificate, channel binding and options on', () => {
    const url =
      'postgres://u@h/d?sslrootcert=/ca.pem&channel_binding=require&options=-c%20jit%3Doff'
    expect(createChildEnvironment(parseConnectionUrl(url), { database: 'a=b' })).toMatchObject({
      PGDATABASE: 'a=b',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: '/ca.pem',
      PGCHANNELBINDING: 'require',
      PGOPTIONS: '-c jit=off',
    })
  })

  it('names a file of certificates under verify-full, and none below it', () => {
    const verified = createChildEnvironment(parseConnectionUrl('postgres://u@h/d'))
    // Absent only where the machine has no bundle at a known place.
    expect(verified['PGSSLROOTCERT'] ?? '/').toMatch(/^\//)
    const unverified = createChildEnvironment(
      parseConnectionUrl('postgres://u@h/d?sslmode=require'),
    )
    expect(unverified).not.toHaveProperty('PGSSLROOTCERT')
  })
})
