import { sign } from '@octokit/webhooks-methods'
import { describe, expect, it } from 'vitest'
import { readWebhook } from '../../../bot/read-webhook.ts'

const secret = 'made-up-secret-of-a-webhook-0001'
const body = JSON.stringify({ action: 'created', text: 'Grüße' })
const headers = {
  'content-type': 'application/json',
  'x-github-event': 'issue_comment',
  'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  'x-hub-signature-256': await sign(secret, body),
}

const ofAnother = await sign('another', body)

function read(changes: Readonly<Record<string, string | undefined>> = {}, text = body) {
  const given: Readonly<Record<string, string | undefined>> = { ...headers, ...changes }
  return readWebhook(secret, {
    header: (name) => given[name],
    body: new TextEncoder().encode(text),
  })
}

describe('readWebhook', () => {
  it('takes what was signed, of whatever event', async () => {
    expect(await read()).toEqual({
      kind: 'signed',
      delivery: {
        id: headers['x-github-delivery'],
        event: 'issue_comment',
        payload: { action: 'created', text: 'Grüße' },
      },
    })
    expect(await read({ 'x-github-event': 'of_another_year' })).toMatchObject({ kind: 'signed' })
  })

  it.each([
    ['no signature', undefined, body],
    ['an empty signature', '', body],
    ['a signature of another kind', headers['x-hub-signature-256'].replace('256', '1'), body],
    ['a signature without digits', 'sha256=', body],
    ['a cut signature', headers['x-hub-signature-256'].slice(0, -2), body],
    ['a signature of another secret', ofAnother, body],
    ['another body', headers['x-hub-signature-256'], `${body} `],
    ['no body', headers['x-hub-signature-256'], ''],
  ])('answers 401 to %s, and repeats nothing of it', async (_name, signature, text) => {
    expect(await read({ 'x-hub-signature-256': signature }, text)).toEqual({
      kind: 'rejected',
      status: 401,
      text: 'the signature is missing or wrong',
    })
  })

  it.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['no event', { 'x-github-event': undefined }, 400],
    ['an event with a line end', { 'x-github-event': 'a\nb' }, 400],
    ['no delivery', { 'x-github-delivery': undefined }, 400],
    ['a delivery with a space', { 'x-github-delivery': 'a b' }, 400],
  ])('rejects %s', async (_name, changes, status) => {
    expect(await read(changes)).toMatchObject({ kind: 'rejected', status })
  })

  it('rejects what was signed and is no JSON', async () => {
    const signature = await sign(secret, '{')
    expect(await read({ 'x-hub-signature-256': signature }, '{')).toMatchObject({ status: 400 })
  })
})
