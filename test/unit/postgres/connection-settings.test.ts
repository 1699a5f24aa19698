import { describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { parseConnectionUrl } from '../../../action/postgres/connection-settings.ts'

/** What a refused URL's failure says, all texts of it joined. */
function refusal(url: string): { code: string; text: string } {
  try {
    parseConnectionUrl(url)
  } catch (error) {
    if (!isFailure(error)) throw error
    const cause = error.cause === undefined ? '' : String(error.cause)
    return { code: error.code, text: `${error.message} ${error.hint ?? ''} ${cause}` }
  }
  throw new Error('the URL was accepted')
}

describe('parseConnectionUrl', () => {
  it('reads every part and fills in what is missing', () => {
    expect(parseConnectionUrl('postgres://ann:s3cret@db.example.com/shop')).toEqual({
      host: 'db.example.com',
      port: 5432,
      user: 'ann',
      password: 's3cret',
      database: 'shop',
      sslMode: 'verify-full',
      connectTimeoutSeconds: 10,
      applicationName: 'strongroom',
    })
  })

  it('reads every supported parameter', () => {
    const url =
      'postgresql://ann@db.example.com:6000/shop?sslmode=verify-ca&sslrootcert=%2Fetc%2Fca.pem&channel_binding=require&connect_timeout=20&application_name=night&options=endpoint%3Dep-1'
    expect(parseConnectionUrl(url)).toEqual({
      host: 'db.example.com',
      port: 6000,
      user: 'ann',
      database: 'shop',
      sslMode: 'verify-ca',
      sslRootCertificatePath: '/etc/ca.pem',
      channelBinding: 'require',
      connectTimeoutSeconds: 20,
      applicationName: 'night',
      options: 'endpoint=ep-1',
    })
  })

  it.each([
    ['localhost', 'prefer'],
    ['127.0.0.1', 'prefer'],
    ['127.8.8.8', 'prefer'],
    ['[::1]', 'prefer'],
    ['%2Fvar%2Frun%2Fpostgresql', 'prefer'],
    ['localhost.example.com', 'verify-full'],
    ['10.0.0.1', 'verify-full'],
    ['[2001:db8::1]', 'verify-full'],
    ['postgres', 'verify-full'],
  ])('encrypts towards %s by %s unless told otherwise', (host, sslMode) => {
    expect(parseConnectionUrl(`postgres://u:p@${host}/d`).sslMode).toBe(sslMode)
    expect(parseConnectionUrl(`postgres://u:p@${host}/d?sslmode=require`).sslMode).toBe('require')
  })

  it.each([
    ['[::1]:5433', { host: '::1', port: 5433 }],
    ['[2001:DB8::1]', { host: '2001:db8::1', port: 5432 }],
    ['DB.example.com', { host: 'db.example.com', port: 5432 }],
    ['bücher.example', { host: 'xn--bcher-kva.example', port: 5432 }],
    ['db_1.internal', { host: 'db_1.internal', port: 5432 }],
    ['%2Ftmp%2Fa%20b', { host: '/tmp/a b', port: 5432 }],
  ])('understands the address %s', (address, expected) => {
    expect(parseConnectionUrl(`postgres://u:p@${address}/d`)).toMatchObject(expected)
  })

  it('takes the folder of a Unix socket as a parameter', () => {
    expect(parseConnectionUrl('postgres://u@/d?host=/run/pg')).toMatchObject({ host: '/run/pg' })
    expect(parseConnectionUrl('postgres://u@:5433/d?host=%2Frun%2Fpg')).toMatchObject({
      host: '/run/pg',
      port: 5433,
    })
  })

  it.each([
    ['a"b'],
    ["o'clock"],
    ['with space'],
    ['dbname=x host=evil.invalid'],
    ['--file=/x'],
    ['postgres://u:p@h/d'],
    ['a\nb'],
    ['a\tb'],
    ['🐘'],
    ['a/b'],
    ['a\\b'],
    ['.'],
    ['..'],
    ['100%'],
    ['a+b'],
    ['a?b#c@d'],
    ['$(id)`id`;'],
    [' padded '],
    ['%2F'],
  ])('takes the database name %j literally', (name) => {
    const url = `postgres://u:p@h/${encodeURIComponent(name)}`
    expect(parseConnectionUrl(url).database).toBe(name)
  })

  it.each([['p@ss:w/rd?#[]%'], ['ключ 🐘'], ['a:b'], ['\'\\"$`'], ['+']])(
    'decodes the password %j',
    (password) => {
      const url = `postgres://us%3Aer:${encodeURIComponent(password)}@h/d`
      expect(parseConnectionUrl(url)).toMatchObject({ user: 'us:er', password })
    },
  )

  it('keeps raw characters that no reader could misunderstand', () => {
    expect(parseConnectionUrl('  postgres://u:a:b!$&*()@h/da ta\n')).toMatchObject({
      password: 'a:b!$&*()',
      database: 'da ta',
    })
  })

  it('reads over what concerns an application only', () => {
    const url = 'postgres://u:p@h/d?schema=public&connection_limit=5&pool_timeout=0&pgbouncer=false'
    expect(parseConnectionUrl(url)).toMatchObject({ database: 'd' })
  })

  it.each([
    ['nothing', ''],
    ['another scheme', 'mysql://zebra:quokka@walrus/okapi'],
    ['no scheme', 'zebra:quokka@walrus/okapi'],
    ['a libpq string', 'host=walrus user=zebra password=quokka dbname=okapi'],
    ['a raw @ in the password', 'postgres://zebra:quo@kka@walrus/okapi'],
    ['a raw / in the password', 'postgres://zebra:quo/kka@walrus/okapi'],
    ['a number and a raw / in the password', 'postgres://zebra:77/kka@walrus/okapi'],
    ['a raw ? in the password', 'postgres://zebra:quo?kka@walrus/okapi'],
    ['a number and a raw ? in the password', 'postgres://zebra:77?kka=1@walrus/okapi'],
    ['a raw ? and a database', 'postgres://zebra/okapi?quokka@walrus'],
    ['a raw # in the password', 'postgres://zebra:quo#kka@walrus/okapi'],
    ['a raw % in the password', 'postgres://zebra:quo%kka@walrus/okapi'],
    ['a truncated escape', 'postgres://zebra:quokka@walrus/okapi%2'],
    ['bytes that are not UTF-8', 'postgres://zebra:quokka@walrus/%FF%FE'],
    ['an encoded NUL in the database', 'postgres://zebra:quokka@walrus/oka%00pi'],
    ['an encoded NUL in the password', 'postgres://zebra:quo%00kka@walrus/okapi'],
    ['a line break in the password', 'postgres://zebra:quo%0Akka@walrus/okapi'],
    ['a line break in the user', 'postgres://ze%0Dbra:quokka@walrus/okapi'],
    ['a raw tab', 'postgres://zebra:quo\tkka@walrus/okapi'],
    ['a raw line break', 'postgres://zebra:quokka@wal\nrus/okapi'],
    ['no user', 'postgres://walrus/okapi'],
    ['an empty user', 'postgres://:quokka@walrus/okapi'],
    ['no database', 'postgres://zebra:quokka@walrus'],
    ['an empty database', 'postgres://zebra:quokka@walrus/'],
    ['a slash behind the database', 'postgres://zebra:quokka@walrus/okapi/'],
    ['a database too long for the server', `postgres://zebra:quokka@walrus/${'okapi'.repeat(13)}`],
    ['no host', 'postgres://zebra:quokka@/okapi'],
    ['several hosts', 'postgres://zebra:quokka@walrus,badger/okapi'],
    ['several hosts with ports', 'postgres://zebra:quokka@walrus:1,badger:2/okapi'],
    ['a port that is no number', 'postgres://zebra:quokka@walrus:heron/okapi'],
    ['a port out of range', 'postgres://zebra:quokka@walrus:77777/okapi'],
    ['port 0', 'postgres://zebra:quokka@walrus:0/okapi'],
    ['a broken IPv6 address', 'postgres://zebra:quokka@[::walrus]/okapi'],
    ['an option as host', 'postgres://zebra:quokka@--walrus/okapi'],
    ['spaces in the host', 'postgres://zebra:quokka@wal%20rus/okapi'],
    ['an abstract socket', 'postgres://zebra:quokka@%40walrus/okapi'],
    ['a host twice', 'postgres://zebra:quokka@walrus/okapi?host=/badger'],
    ['a host as parameter', 'postgres://zebra:quokka@/okapi?host=walrus'],
    ['an unknown parameter', 'postgres://zebra:quokka@walrus/okapi?heron=badger'],
    ['an unknown sslmode', 'postgres://zebra:quokka@walrus/okapi?sslmode=badger'],
    ['a parameter twice', 'postgres://zebra:quokka@walrus/okapi?sslmode=require&sslmode=disable'],
    ['a time-out of 0', 'postgres://zebra:quokka@walrus/okapi?connect_timeout=0'],
    ['a time-out that is no number', 'postgres://zebra:quokka@walrus/okapi?connect_timeout=badger'],
    ['a relative sslrootcert', 'postgres://zebra:quokka@walrus/okapi?sslrootcert=badger.pem'],
    ['a control character in options', 'postgres://zebra:quokka@walrus/okapi?options=%0Abadger'],
    ['far too much', `postgres://zebra:${'quokka'.repeat(2000)}@walrus/okapi`],
  ])('refuses %s without repeating any of it', (_, url) => {
    const { code, text } = refusal(url)
    expect(code).toBe('database_url_invalid')
    expect(text).not.toMatch(/zebra|quo|kka|walrus|rus\b|okapi|badger|heron|7777|77\b|%FF/)
  })

  it('does not advise to encode a line break, which is as wrong encoded', () => {
    const { text } = refusal('postgres://zebra:quokka%0A@walrus/okapi')
    expect(text).toContain('take it away (%0A or %0D)')
    expect(text).not.toContain('Percent-encode')
  })

  it.each(['ssl', 'password', 'target_session_attrs', 'hostaddr', 'sslkey', 'dbname'])(
    'names the parameter %s, which libpq or a driver defines, but not its value',
    (name) => {
      const { code, text } = refusal(`postgres://zebra:quokka@walrus/okapi?${name}=badger`)
      expect(code).toBe('database_url_invalid')
      expect(text).toContain(name)
      expect(text).not.toMatch(/zebra|quokka|walrus|okapi|badger/)
    },
  )

  it.each([
    ['Neon', 'ep-cool-walrus-123456-pooler.eu-central-1.aws.neon.tech/d', 'without "-pooler"'],
    ['Supabase', 'aws-0-eu-central-1.pooler.supabase.com:6543/d', 'port 5432'],
    ["Supabase's own host", 'db.walrus.supabase.co:6543/d', 'port 5432'],
    ['PgBouncer', 'walrus.example.com:6432/d', 'the server'],
    ["Supavisor's port", 'walrus.example.com:6543/d', 'the server'],
    ["Prisma's word", 'walrus.example.com/d?pgbouncer=true', 'migrations'],
  ])('refuses the transaction pooler of %s and names the alternative', (_, rest, alternative) => {
    const { code, text } = refusal(`postgres://zebra:quokka@${rest}`)
    expect(code).toBe('transaction_pooler')
    expect(text).toContain(alternative)
    expect(text).not.toMatch(/zebra|quokka|walrus/)
  })

  it.each([
    'ep-cool-walrus-123456.eu-central-1.aws.neon.tech/d?sslmode=require&channel_binding=require',
    'aws-0-eu-central-1.pooler.supabase.com:5432/d',
    'db.walrus.supabase.co:5432/d',
    'my-pooler.example.com/d',
  ])('accepts the direct connection or session pooler %s', (rest) => {
    expect(parseConnectionUrl(`postgres://u:p@${rest}`).database).toBe('d')
  })
})
