import { describe, expect, it } from 'vitest'
import { connectGitHub } from '../../../action/github/connect-github.ts'

const options = {
  token: 'ghs_fake',
  apiUrl: 'https://api.github.com',
  repository: 'acme/shop',
  sleep: async () => {},
}

describe('connectGitHub', () => {
  it.each([
    'https://api.github.com',
    'https://github.example:8443/api/v3/',
    'http://localhost:3000',
    'http://127.0.0.1:3000/api/v3',
    'http://[::1]:3000',
  ])('takes the address %s', (apiUrl) => {
    expect(() => connectGitHub({ ...options, apiUrl })).not.toThrow()
  })

  it.each([
    ['no token', { token: ' ' }],
    ['plain http', { apiUrl: 'http://github.example/api/v3' }],
    ['a host that only starts like loopback', { apiUrl: 'http://localhost.example' }],
    ['another protocol', { apiUrl: 'file:///etc/passwd' }],
    ['no address', { apiUrl: '' }],
    ['an address with a password', { apiUrl: 'https://user:hush@github.example' }],
    ['a repository without owner', { repository: 'shop' }],
    ['a repository with a path', { repository: 'acme/shop/issues' }],
    ['no repository', { repository: '' }],
  ])('refuses %s, and repeats nothing of it', (_name, changes) => {
    expect(() => connectGitHub({ ...options, ...changes })).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        stage: 'gate',
        message: expect.not.stringMatching(/hush|passwd|ghs_|issues/),
      }),
    )
  })
})
