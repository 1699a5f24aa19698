import { describe, expect, it } from 'vitest'
import { authorAlone, createSigner } from '../../../bot/create-signer.ts'

const signer = createSigner('a private key', 'a webhook secret')

describe('createSigner', () => {
  it('knows its own signature again, in another process too', () => {
    const signature = signer.sign('{"a":"ä"}')
    expect(signature).toMatch(/^[\w-]{43}$/)
    expect(createSigner('a private key', 'a webhook secret').isValid('{"a":"ä"}', signature)).toBe(
      true,
    )
  })

  it.each([
    ['another text', '{"a":"b"}', signer.sign('{"a":"ä"}')],
    ['another key', 'x', createSigner('another key', 'a webhook secret').sign('x')],
    ['another secret', 'x', createSigner('a private key', 'another secret').sign('x')],
    ['no signature', 'x', ''],
    ['the word of the Action door', 'x', 'unsigned'],
    ['a shortened one', 'x', signer.sign('x').slice(0, -1)],
    ['padding', 'x', `${signer.sign('x')}=`],
    ['something before it', 'x', ` ${signer.sign('x')}`],
  ])('refuses %s', (_name, text, signature) => {
    expect(signer.isValid(text, signature)).toBe(false)
  })
})

describe('authorAlone', () => {
  it('marks a card as unsigned, and takes no other word', () => {
    expect(authorAlone.isValid('x', authorAlone.sign('x'))).toBe(true)
    expect(authorAlone.isValid('x', signer.sign('x'))).toBe(false)
  })
})
