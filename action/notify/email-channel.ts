import { createTransport } from 'nodemailer'
import { renderEmail } from '../domain/render-email.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { Channel, Delivery } from '../job/ports.ts'
import { explainBreak, explainSmtp, isConnecting } from './explain-smtp.ts'
import { chooseSender, type SmtpSettings, transportOptions } from './smtp-settings.ts'

const name = 'e-mail'
/** Tries to connect; once anything of a mail was handed over there is no second one. */
const connectAttemptsMax = 2

/** Mail by SMTP. */
export function createEmailChannel(settings: SmtpSettings, wants: Channel['wants']): Channel {
  return {
    name,
    wants,
    async tell({ notice }, signal) {
      const { subject, text, html } = renderEmail(notice)
      const mail = {
        from: { name: 'Strongroom', address: chooseSender(settings) },
        to: [...settings.to],
        subject,
        text,
        html,
        // Keeps vacation responders from answering (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      }
      let isHandedOver = false
      const send = (transport: Transport) => {
        whenHandedOver(transport, () => {
          isHandedOver = true
        })
        return transport.sendMail(mail)
      }
      try {
        const { rejected } = await repeatConnecting(
          () => withTransport(settings, signal, send),
          () => !isHandedOver,
        )
        return judgeRecipients(settings.to.length, rejected.length)
      } catch (error) {
        signal.throwIfAborted()
        return isHandedOver ? explainBreak(error) : explainSmtp(error)
      }
    },
    async probe(signal): Promise<DoctorCheck> {
      try {
        await withTransport(settings, signal, (transport) => transport.verify())
        const signedIn = settings.username === undefined ? '' : ' and lets us in'
        const text = `the mail server answers${signedIn}; no mail was sent, so sender and recipients are not tried`
        return { name, state: 'ok', text }
      } catch (error) {
        signal.throwIfAborted()
        const { problem, hint } = explainSmtp(error)
        return { name, state: 'failed', text: problem, advice: hint }
      }
    },
  }
}

type Transport = ReturnType<typeof openTransport>

function openTransport(settings: SmtpSettings) {
  return createTransport(transportOptions(settings))
}

async function withTransport<T>(
  settings: SmtpSettings,
  signal: AbortSignal,
  work: (transport: Transport) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const transport = openTransport(settings)
  const stop = () => transport.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await work(transport)
  } finally {
    signal.removeEventListener('abort', stop)
    transport.close()
  }
}

/** Calls once the server has let us in, right before it hears of the mail. */
function whenHandedOver(transport: Transport, call: () => void): void {
  transport.use('stream', ({ message }, done) => {
    message.processFunc((bytes) => {
      call()
      return bytes
    })
    done()
  })
}

/** A server may take the mail for some recipients only; who was left out is not named, but that somebody was. */
function judgeRecipients(count: number, refusedCount: number): Delivery {
  if (refusedCount === 0) return { kind: 'told' }
  return {
    kind: 'failed',
    problem: `the mail server refused ${refusedCount} of ${count} recipients, expected it to take all`,
    hint: 'The others have the mail. Look at the addresses in "notify-email".',
  }
}

/** The transport calls a connection that breaks in the middle of a mail like one that never was. */
async function repeatConnecting<T>(send: () => Promise<T>, mayRepeat: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send()
    } catch (error) {
      if (attempt >= connectAttemptsMax || !isConnecting(error) || !mayRepeat()) throw error
    }
  }
}
