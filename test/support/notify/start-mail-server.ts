import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Certificate } from './make-certificate.ts'

/** A mail as it came in. */
export interface ReceivedMail {
  readonly mail: Email
  readonly recipients: readonly string[]
  readonly sender: string
  readonly user: string | undefined
  readonly isEncrypted: boolean
}

export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** Connections that were opened. */
  connections(): number
  close(): Promise<void>
}

const account = { username: 'robot', password: 'opensesame-9' }

/** The account that the server lets in. */
export const mailAccount = account

/**
 * An SMTP server on loopback that reads back what it gets. With a certificate it offers STARTTLS and
 * lets nobody in without it.
 */
export async function startMailServer(
  options: SMTPServerOptions & { readonly certificate?: Certificate } = {},
): Promise<MailServer> {
  const { certificate, ...rest } = options
  const received: ReceivedMail[] = []
  let connections = 0
  const server = new SMTPServer({
    ...certificate,
    ...(certificate === undefined && { disabledCommands: ['STARTTLS'] }),
    authOptional: certificate === undefined,
    allowInsecureAuth: false,
    logger: false,
    onConnect(_session, callback) {
      connections += 1
      callback()
    },
    onAuth({ username, password }, _session, callback) {
      if (username === account.username && password === account.password) {
        callback(null, { user: username })
      } else callback(new Error('Invalid username or password'))
    },
    onData(stream, session, callback) {
      const { envelope, secure, user } = session
      const read = async () => {
        const chunks = await Array.fromAsync(stream as AsyncIterable<Buffer>)
        received.push({
          mail: await PostalMime.parse(Buffer.concat(chunks)),
          recipients: envelope.rcptTo.map(({ address }) => address),
          sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          user: typeof user === 'string' ? user : undefined,
          isEncrypted: secure,
        })
      }
      read().then(() => callback(), callback)
    },
    ...rest,
  })
  server.on('error', () => undefined) // Clients that hang up are part of what is tested.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
