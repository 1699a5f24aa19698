import { describe, expect, it } from 'vitest'
import { readRelease } from '../../../scripts/release/read-release.ts'

const changelog = `# Changelog

## Unreleased

- Not yet.

## 1.2.3 - 2026-11-23

### Added

- \`restore\`: whole or not at all.

## 1.2.2 - 2026-10-01

- Before.
`
const files = { manifest: '{ "version": "1.2.3" }', changelog }

describe('readRelease', () => {
  it('takes the notes of just that version', () => {
    expect(readRelease('1.2.3', files)).toEqual({
      tag: 'v1.2.3',
      movingTag: 'v1',
      notes: '### Added\n\n- `restore`: whole or not at all.',
    })
  })

  it('reads a section that ends with the file, and line ends of Windows', () => {
    const windows = {
      manifest: '{"version":"1.2.2"}',
      changelog: changelog.replaceAll('\n', '\r\n'),
    }
    expect(readRelease('1.2.2', windows).notes).toBe('- Before.')
  })

  it('moves no tag below 1.0.0', () => {
    const early = { manifest: '{"version":"0.4.0"}', changelog: '## 0.4.0 - 2026-11-23\n\n- A.' }
    expect(readRelease('0.4.0', early).movingTag).toBeUndefined()
  })

  it.each([
    ['v1.2.3', files, 'the version is "v1.2.3", expected one such as "1.2.3"'],
    ['1.2', files, 'the version is "1.2"'],
    ['1.2.3\ntag=v9', files, 'the version is'],
    ['1.2.4', files, 'package.json has version "1.2.3", expected "1.2.4"'],
    ['1.2.3', { ...files, changelog: '# Changelog\n' }, 'CHANGELOG.md has no such section'],
    ['1.2.3', { ...files, changelog: '## 1.2.3\n\n- Undated.' }, 'no such section'],
    ['1.2.3', { ...files, changelog: '## 1.2.3 - 2026-11-23\n\n## 1.2.2' }, 'is empty'],
  ])('refuses %j where the files disagree', (version, given, message) => {
    expect(() => readRelease(version, given)).toThrow(message)
  })
})
