import { describe, expect, it } from 'vitest'
import { createOutputs } from '../../../action/runner/create-outputs.ts'
import { type OutputKey, outputKeys, writeOutputs } from '../../../action/runner/write-outputs.ts'
import { sampleResults } from '../../support/sample-results.ts'

function write(redact: (text: string) => string, outputs = createOutputs(sampleResults.backup)) {
  const written: Partial<Record<OutputKey, string>> = {}
  const warnings: string[] = []
  writeOutputs(outputs, {
    redact,
    warn: (line) => warnings.push(line),
    set: (key, value) => {
      written[key] = value
    },
  })
  return { written, warnings }
}

describe('createOutputs', () => {
  it('says a backup', () => {
    const { result, ...others } = createOutputs(sampleResults.backup)
    expect(others).toEqual({
      'backup-id': '20261122T030012Z-k7q2',
      filename: 'shop-weekly-20261122T030012Z-k7q2.sql.gz',
      'file-url':
        's3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz',
      'file-size': '43201331',
      checksum: '3b1f'.repeat(16),
      type: 'WEEKLY',
      status: 'COMPLETED',
      'duration-ms': '72000',
      'deleted-count': '1',
      'reason-code': 'completed',
    })
    expect(JSON.parse(result)).toMatchObject({ version: 1, command: 'backup' })
  })

  it.each([
    ['cleanup', '1'],
    ['delete', '1'],
    ['list', ''],
    ['failure', ''],
  ] as const)('counts what %s removed', (name, count) => {
    expect(createOutputs(sampleResults[name])['deleted-count']).toBe(count)
  })

  it('counts what a dry run of delete would remove', () => {
    const { removal: _, ...planned } = sampleResults.delete
    expect(
      createOutputs({ ...planned, dryRun: true, reasonCode: 'dry_run' })['deleted-count'],
    ).toBe('1')
    expect(createOutputs({ ...planned, removal: 'retained' })['deleted-count']).toBe('0')
  })

  it('takes the backup of a restore from its plan', () => {
    expect(createOutputs(sampleResults.restore)['backup-id']).toBe('20261122T030012Z-k7q2')
  })
})

describe('writeOutputs', () => {
  it('writes every output of the contract', () => {
    const { written, warnings } = write((text) => text)
    expect(Object.keys(written)).toEqual([...outputKeys])
    expect(warnings).toEqual([])
  })

  it('redacts what equals a secret and makes the loss visible', () => {
    const { written, warnings } = write((text) => text.replaceAll('shop', '***'))
    expect(written.filename).toBe('***-weekly-20261122T030012Z-k7q2.sql.gz')
    expect(JSON.stringify(written)).not.toContain('shop')
    expect(warnings.map((line) => /output "([^"]+)"/.exec(line)?.[1])).toEqual([
      'filename',
      'file-url',
      'result',
    ])
  })

  it('leaves out what GitHub would refuse for its length, and says so', () => {
    const long = { ...createOutputs(sampleResults.backup), result: 'x'.repeat(1_000_001) }
    const { written, warnings } = write((text) => text, long)
    expect(written.result).toBe('')
    expect(warnings).toHaveLength(1)
  })
})
