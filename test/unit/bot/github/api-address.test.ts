import { describe, expect, it } from 'vitest'
import { readApiAddress } from '../../../../bot/github/api-address.ts'

describe('readApiAddress', () => {
  it.each([
    ['https://api.github.com', 'https://api.github.com', false],
    ['https://api.acme.ghe.com/', 'https://api.acme.ghe.com', false],
    ['https://github.example:8443/api/v3/', 'https://github.example:8443/api/v3', true],
    ['http://127.0.0.1:3000/api/v3', 'http://127.0.0.1:3000/api/v3', true],
    ['http://[::1]:3000', 'http://[::1]:3000', false],
  ])('takes %s', (text, url, isServer) => {
    expect(readApiAddress(text)).toEqual({ url, isServer })
  })

  it.each([
    'http://github.example/api/v3',
    'http://localhost.example',
    'http://127.0.0.1.example',
    'https://user:hush@github.example',
    'https://github.example?to=elsewhere',
    'file:///etc/passwd',
    'github.example',
    '',
  ])('sends no token to %s', (text) => {
    expect(readApiAddress(text)).toBeUndefined()
  })
})
