import { expect, test } from 'vitest'
import {
  distributionSource,
  parseAptSources,
  sourceLine,
} from '../../../support/ceph/apt-sources.ts'

const STANZAS = `Types: deb
# a remark in the middle
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb deb-src
URIs: http://mirror.example/security
Suites: bookworm-security
Components: main

Types: deb-src
URIs: http://mirror.example/sources
Suites: bookworm
Components: main

Enabled: no
Types: deb
URIs: http://mirror.example/off
Suites: bookworm
Components: main
`

const LINES = `# deb http://mirror.example/off bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian bookworm main contrib # remark
deb http://mirror.example/debian bookworm-updates main
deb-src http://mirror.example/sources bookworm main
`

test('parseAptSources reads stanzas, folded lines and remarks, and leaves out what is off', () => {
  expect(parseAptSources(STANZAS, 'stanzas')).toEqual([
    {
      uri: 'http://mirror.example/debian',
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/archive.gpg',
      isTrusted: false,
    },
    {
      uri: 'http://mirror.example/security',
      suites: ['bookworm-security'],
      components: ['main'],
      isTrusted: false,
    },
  ])
})

test('parseAptSources reads lines', () => {
  expect(parseAptSources(LINES, 'lines')).toMatchObject([
    { uri: 'http://mirror.example/debian', suites: ['bookworm'], components: ['main', 'contrib'] },
    { uri: 'http://mirror.example/debian', suites: ['bookworm-updates'] },
  ])
})

test('distributionSource prefers the archive that also has the updates', () => {
  const third = 'deb http://third.example/apt bookworm main\n'
  const sources = parseAptSources(third + LINES, 'lines')
  expect(distributionSource(sources, 'bookworm')?.uri).toBe('http://mirror.example/debian')
  expect(distributionSource(sources, 'trixie')).toBeUndefined()
})

test('sourceLine asks the same archive, with the same keys, for another release', () => {
  const [source] = parseAptSources(LINES, 'lines')
  expect(source && sourceLine(source, 'forky', ['main'])).toBe(
    'deb [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian forky main',
  )
  const trusted = { uri: 'file:/m', suites: [], components: [], isTrusted: true }
  expect(sourceLine(trusted, 'forky', ['main', 'universe'])).toBe(
    'deb [trusted=yes] file:/m forky main universe',
  )
})
