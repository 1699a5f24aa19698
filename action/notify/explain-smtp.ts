import type { Delivery } from '../job/ports.ts'

/** Whether the connection failed, rather than what was said over it. */
export function isConnecting(error: unknown): boolean {
  return field(error, 'command') === 'CONN' && field(error, 'code') !== 'EAUTH'
}

/**
 * What an error of the transport means, without its text: that repeats what the server said, and
 * addresses with it.
 */
export function explainSmtp(error: unknown): Extract<Delivery, { kind: 'failed' }> {
  const status = field(error, 'responseCode')
  const answered = typeof status === 'number' ? ` (it answered ${status})` : ''
  const known = explanations[String(field(error, 'code'))]
  const { problem, hint } = known ?? {
    problem: 'the mail server did something else than it should, expected it to take the mail',
    hint: 'Look at the log of the mail server.',
  }
  const [what, expected] = problem.split(', expected ')
  return { kind: 'failed', problem: `${what}${answered}, expected ${expected}`, hint }
}

/** The same of an error after the server heard of the mail: a connection that broke then may have sent it. */
export function explainBreak(error: unknown): Extract<Delivery, { kind: 'failed' }> {
  if (!isConnecting(error)) return explainSmtp(error)
  return {
    kind: 'failed',
    problem: 'the mail server broke off while it was given the mail, expected it to take it',
    hint: 'The mail was not sent again, since it may have been taken all the same.',
  }
}

const unreachable = {
  problem: 'the mail server cannot be reached, expected a connection',
  hint: 'Look at "smtp-server" and "smtp-port"; hosted runners may not use port 25.',
}

const badTls = {
  problem: 'no secure connection to the mail server came about, expected TLS',
  hint: 'Port 465 speaks TLS at once, 587 by STARTTLS; "smtp-security" says otherwise. The certificate must be that of "smtp-server".',
}

const explanations: Readonly<Record<string, { readonly problem: string; readonly hint: string }>> =
  {
    EDNS: unreachable,
    ECONNECTION: unreachable,
    ETIMEDOUT: unreachable,
    ESOCKET: unreachable,
    ETLS: badTls,
    EAUTH: {
      problem: 'the mail server refused user or password, expected to be let in',
      hint: 'Look at "smtp-username" and "smtp-password"; some providers want a password made for programs.',
    },
    ENOAUTH: {
      problem: 'the mail server offers no way to sign in, expected one',
      hint: 'Leave "smtp-username" empty, or use the port for submission.',
    },
    EENVELOPE: {
      problem: 'the mail server refused sender or recipients, expected it to take them',
      hint: 'Look at "smtp-from" and "notify-email": many servers send only for addresses of their own.',
    },
    EMESSAGE: {
      problem: 'the mail server refused the mail, expected it to take it',
      hint: 'Look at its log: size or contents did not please it.',
    },
  }

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
