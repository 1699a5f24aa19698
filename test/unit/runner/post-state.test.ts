import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readPostState, savePostState } from '../../../action/runner/post-state.ts'
import { writeSummary } from '../../../action/runner/write-summary.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('savePostState', () => {
  it('hands to post what readPostState gives back', () => {
    const path = join(folder, 'state')
    writeFileSync(path, '')
    vi.stubEnv('GITHUB_STATE', path)
    const state = {
      backupId: '20261122T030012Z-k7q2',
      upload: { key: 'a/b', uploadId: 'u' },
      files: ['/tmp/x'],
    }
    savePostState(state)
    const [, name = '', value = ''] = /^(\w+)<<\S+\n(.*)\n/.exec(readFileSync(path, 'utf8')) ?? []
    vi.stubEnv(`STATE_${name}`, value)
    expect(readPostState()).toEqual(state)
  })

  it('readPostState is empty where main never saved, and refuses foreign state', () => {
    vi.stubEnv('STATE_pending', '')
    expect(readPostState()).toEqual({})
    vi.stubEnv('STATE_pending', '{"upload":7}')
    expect(() => readPostState()).toThrow()
  })
})

describe('writeSummary', () => {
  const write = async (markdown: string, path: string | undefined) => {
    const warnings: string[] = []
    await writeSummary(markdown, {
      path,
      redact: (text) => text.replaceAll('s3cret', '***'),
      warn: (line) => warnings.push(line),
    })
    return warnings
  }

  it('appends, redacted', async () => {
    const path = join(folder, 'summary.md')
    appendFileSync(path, 'before\n')
    expect(await write('a s3cret', path)).toEqual([])
    expect(readFileSync(path, 'utf8')).toBe('before\na ***\n')
  })

  it('only warns where it cannot write', async () => {
    expect(await write('a', join(folder, 'missing', 'summary.md'))).toEqual([
      'Cannot write the job summary: its file refuses it (ENOENT), expected one that can be written to',
    ])
    expect(await write('x'.repeat(1_048_577), join(folder, 'summary.md'))).toHaveLength(1)
  })

  it('does nothing off GitHub', async () => {
    expect(await write('a', undefined)).toEqual([])
  })
})
