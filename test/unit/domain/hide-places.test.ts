import { describe, expect, it } from 'vitest'
import { createPlaceHider } from '../../../action/domain/hide-places.ts'

const hide = (text: string, places: Partial<Parameters<typeof createPlaceHider>[0]> = {}) =>
  createPlaceHider({
    connections: ['postgres://app:hush@db.internal.example:5433/shop'],
    services: ['https://s3.storage.example', 'mail.example'],
    bucket: 'acme-vault',
    ...places,
  })(text)

describe('createPlaceHider', () => {
  it.each([
    [
      'connection to server at "db.internal.example" (10.2.3.4), port 5433',
      'connection to server at "***" (***), port 5433',
    ],
    ['getaddrinfo ENOTFOUND DB.Internal.Example', 'getaddrinfo ENOTFOUND ***'],
    ['db.internal.example:5433 is gone.', '*** is gone.'],
    ['https://acme-vault.s3.storage.example/x', 'https://***.***/x'],
    ['stored at s3://other/strongroom/a b', 'stored at *** b'],
    ['the bucket "acme-vault" is gone', 'the bucket "***" is gone'],
    ['no answer of acme-vault.s3.eu-central-1.amazonaws.com', 'no answer of ******'],
    ['at abc.r2.cloudflarestorage.com', 'at ***'],
    ['sent by mail.example', 'sent by ***'],
    ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED ***'],
    ['fe80::1ff:fe23:4567:890a down', '*** down'],
    ['2001:db8:0:0:0:0:0:1 down', '*** down'],
  ])('hides the places in %j', (text, shown) => {
    expect(hide(text)).toBe(shown)
  })

  it.each([
    '20261122T030012Z-k7q2 of shop at 2026-11-22 03:00:12 UTC',
    'PostgreSQL 15.18, pg_dump 15.20, 1.4 GiB, ratio 5.1 : 1',
    'SELECT x::text FROM y',
    'db.internal.example-mirror',
    'the vault and acme',
  ])('leaves %j', (text) => {
    expect(hide(text)).toBe(text)
  })

  it.each([
    ['several hosts', 'postgres://a:b@one.example:1,two.example:2/shop'],
    ['a parameter', 'postgres:///shop?host=one.example&hostaddr=two.example'],
    ['pairs', "host='one.example,two.example' dbname=shop"],
    ['a password with every separator', 'postgres://a:p/q?r#s@t@one.example,two.example/shop'],
    ['percent signs', 'postgres://a:b@one%2Eexample,two.example/shop'],
  ])('knows the hosts of %s', (_name, connection) => {
    expect(hide('one.example and two.example, shop', { connections: [connection] })).toBe(
      '*** and ***, shop',
    )
  })

  it('knows an address of IPv6', () => {
    expect(hide('at fd00:0:1::5.', { connections: ['postgres://a@[fd00:0:1::5]:5432/shop'] })).toBe(
      'at ***.',
    )
  })

  it('leaves a name that is the database’s too, where it is one word', () => {
    const connections = ['postgres://a@postgres/postgres', 'postgres://a@pg.example/pg.example']
    expect(hide('postgres, pg.example', { connections })).toBe('postgres, ***')
  })

  it('hides a bucket that is called like a word only where it is a name', () => {
    expect(hide('14 backups in "backups"', { bucket: 'backups' })).toBe('14 backups in "***"')
  })

  it('hides nothing where nothing is given', () => {
    const text = 'Backup of shop'
    expect(hide(text, { connections: [''], services: ['', ' '], bucket: '' })).toBe(text)
  })
})
