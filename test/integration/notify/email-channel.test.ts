import { createServer } from 'node:net'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createEmailChannel } from '../../../action/notify/email-channel.ts'
import type { SmtpSettings } from '../../../action/notify/smtp-settings.ts'
import { type Certificate, makeCertificate } from '../../support/notify/make-certificate.ts'
import {
  failedNotice,
  flaggedNotice,
  startedNotice,
  succeededNotice,
} from '../../support/notify/sample-notices.ts'
import {
  type MailServer,
  mailAccount,
  startMailServer,
} from '../../support/notify/start-mail-server.ts'
import { findFreePort } from '../../support/postgres/free-port.ts'

let certificate: Certificate
let server: MailServer | undefined

beforeAll(async () => {
  certificate = await makeCertificate()
})
afterEach(async () => {
  await server?.close()
  server = undefined
})

type Options = Parameters<typeof startMailServer>[0]

async function start(options: Options = { certificate }): Promise<MailServer> {
  server = await startMailServer(options)
  return server
}

function channelTo(port: number, changes: Partial<SmtpSettings> = {}) {
  return createEmailChannel(
    {
      host: '127.0.0.1',
      port,
      security: 'starttls',
      ...mailAccount,
      from: 'backups@shop.example',
      to: ['dba@shop.example', 'oncall@shop.example'],
      ca: certificate.cert,
      ...changes,
    },
    () => true,
  )
}

/** A server that hangs up when a line begins with that word; at once where it is empty. */
async function startAbruptServer(last: string) {
  let connections = 0
  const abrupt = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    if (last === '') return void socket.destroy()
    let isMail = false
    socket.write('220 mail.shop.example\r\n')
    socket.setEncoding('utf8').on('data', (text) => {
      for (const line of String(text)
        .split('\r\n')
        .filter((each) => each !== '')) {
        if (line.startsWith(last) && (last !== '.' || line === '.')) return void socket.destroy()
        if (isMail) continue
        isMail = line === 'DATA'
        socket.write(isMail ? '354 go on\r\n' : '250 fine\r\n')
      }
    })
  })
  await new Promise<void>((resolve) => abrupt.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void abrupt.close())
  const address = abrupt.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, connections: () => connections }
}

const inTime = () => AbortSignal.timeout(20_000)

describe('createEmailChannel', () => {
  it.each([
    ['a failure', failedNotice, '[Strongroom] Backup of "shop" failed: database_unreachable'],
    [
      'a suspicious backup',
      flaggedNotice,
      '[Strongroom] Backup of "shop" is suspiciously small: completed_flagged',
    ],
    ['the start of a restore', startedNotice, '[Strongroom] Restore into "shop" has started'],
    ['a success', succeededNotice, '[Strongroom] Backup of "shop" is done'],
  ])('sends %s by STARTTLS and AUTH, as text and as HTML', async (_, notice, subject) => {
    const { port, received } = await start()
    expect(await channelTo(port).tell({ notice }, inTime())).toEqual({ kind: 'told' })
    const [mail] = received
    expect(mail).toMatchObject({
      isEncrypted: true,
      user: 'robot',
      sender: 'backups@shop.example',
      recipients: ['dba@shop.example', 'oncall@shop.example'],
      mail: { subject, from: { name: 'Strongroom', address: 'backups@shop.example' } },
    })
    const headers = new Map(mail?.mail.headers.map(({ key, value }) => [key, value]))
    expect(headers.get('auto-submitted')).toBe('auto-generated')
    expect(headers.get('message-id')).toMatch(/^<.+@shop\.example>$/)
    for (const text of [mail?.mail.text, mail?.mail.html]) {
      expect(text).toContain('shop')
      expect(text).toContain('https://github.example/acme/shop/actions/runs/77')
    }
    expect(mail?.mail.attachments).toEqual([])
  })

  it('speaks TLS at once where it is told to', async () => {
    const { port, received } = await start({ ...certificate, secure: true })
    const told = await channelTo(port, { security: 'tls' }).tell({ notice: failedNotice }, inTime())
    expect(told).toEqual({ kind: 'told' })
    expect(received).toMatchObject([{ isEncrypted: true }])
  })

  it('speaks plainly to this machine alone, unless told otherwise', async () => {
    const { port, received } = await start({})
    const plain = { username: undefined, password: undefined }
    const told = channelTo(port, { ...plain, security: 'auto' })
    expect(await told.tell({ notice: failedNotice }, inTime())).toEqual({ kind: 'told' })
    expect(received).toMatchObject([{ isEncrypted: false, user: undefined }])
    const strict = channelTo(port, { ...plain, security: 'starttls' })
    expect(await strict.tell({ notice: failedNotice }, inTime())).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining('no secure connection'),
    })
    expect(received).toHaveLength(1)
  })

  it.each([
    [
      'a certificate that nobody trusts',
      { ca: undefined },
      'cannot be reached|no secure connection',
    ],
    ['a wrong password', { password: 'wrong-one-1' }, 'refused user or password'],
  ])('does not send past %s, and repeats no secret', async (_, changes, problem) => {
    const { port, received } = await start()
    const { ca: given, ...rest } = { ca: certificate.cert, ...changes }
    const channel = channelTo(port, { ...rest, ...(given === undefined && { ca: '' }) })
    const told = await channel.tell({ notice: failedNotice }, inTime())
    expect(told).toMatchObject({ kind: 'failed', problem: expect.stringMatching(problem) })
    expect(JSON.stringify(told)).not.toMatch(
      /opensesame|wrong-one|robot|127\.0\.0\.1|shop\.example/,
    )
    expect(received).toEqual([])
  })

  it('sends a mail that was refused once only, and says what was refused', async () => {
    let tries = 0
    const { port } = await start({
      certificate,
      onRcptTo(_address, _session, callback) {
        tries += 1
        callback(Object.assign(new Error('no such box: dba@shop.example'), { responseCode: 550 }))
      },
    })
    const told = await channelTo(port, { to: ['dba@shop.example'] }).tell(
      { notice: failedNotice },
      inTime(),
    )
    expect(told).toMatchObject({
      kind: 'failed',
      problem:
        'the mail server refused sender or recipients (it answered 550), expected it to take them',
    })
    expect(JSON.stringify(told)).not.toContain('dba@')
    expect(tries).toBe(1)
  })

  it('says that some were refused where others were not, and does not send again', async () => {
    const { port, received } = await start({
      certificate,
      onRcptTo({ address }, _session, callback) {
        if (!address.startsWith('oncall@')) return callback()
        callback(Object.assign(new Error(`no such box: ${address}`), { responseCode: 550 }))
      },
    })
    const told = await channelTo(port).tell({ notice: failedNotice }, inTime())
    expect(told).toMatchObject({
      kind: 'failed',
      problem: 'the mail server refused 1 of 2 recipients, expected it to take all',
      hint: expect.stringContaining('notify-email'),
    })
    expect(JSON.stringify(told)).not.toContain('oncall@')
    expect(received).toMatchObject([{ recipients: ['dba@shop.example'] }])
  })

  it('says that nobody answers', async () => {
    const told = await channelTo(await findFreePort()).tell({ notice: failedNotice }, inTime())
    expect(told).toMatchObject({
      kind: 'failed',
      problem: 'the mail server cannot be reached, expected a connection',
    })
  })

  it.each([
    ['before its greeting', '', 2, 'cannot be reached'],
    ['when it hears of the mail', 'MAIL', 1, 'broke off while it was given the mail'],
    ['when it has the mail', '.', 1, 'broke off while it was given the mail'],
  ])('asks a server that hangs up %s (%j) %i times', async (_, last, times, problem) => {
    const abrupt = await startAbruptServer(last)
    const plain = { username: undefined, password: undefined, security: 'auto' } as const
    const told = await channelTo(abrupt.port, plain).tell({ notice: failedNotice }, inTime())
    expect(told).toMatchObject({ kind: 'failed', problem: expect.stringContaining(problem) })
    expect(abrupt.connections()).toBe(times)
  })

  it('gives up a server that says nothing once the time is up', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const told = channelTo(port).tell({ notice: failedNotice }, AbortSignal.timeout(200))
    await expect(told).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('createEmailChannel, probed', () => {
  it('connects, encrypts and signs in, and sends nothing', async () => {
    const { port, received, connections } = await start()
    expect(await channelTo(port).probe(inTime())).toEqual({
      name: 'e-mail',
      state: 'ok',
      text: 'the mail server answers and lets us in; no mail was sent, so sender and recipients are not tried',
    })
    expect(connections()).toBe(1)
    expect(received).toEqual([])
  })

  it('says what would fail', async () => {
    const { port } = await start()
    const check = await channelTo(port, { password: 'wrong-one-1' }).probe(inTime())
    expect(check).toMatchObject({
      state: 'failed',
      advice: expect.stringContaining('smtp-password'),
    })
  })
})
