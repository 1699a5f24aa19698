import { describe, expect, it, vi } from 'vitest'
import { annotateFailure } from '../../../action/runner/annotate-failure.ts'
import { createActionLog } from '../../../action/runner/create-action-log.ts'
import { sampleFailure } from '../../support/sample-results.ts'

function open() {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd())
    return true
  })
  const clock = { ms: 0 }
  const log = createActionLog({
    redact: (text) => text.replaceAll('s3cret', '***'),
    nowMs: () => clock.ms,
  })
  return { lines, clock, log }
}

describe('createActionLog', () => {
  it('redacts every line, warnings and groups included', () => {
    const { lines, log } = open()
    log.info('a s3cret')
    log.warn('b s3cret')
    log.group('c s3cret')
    log.close()
    expect(lines).toEqual(['a ***', '::warning::b ***', '::group::c ***', '::endgroup::'])
  })

  it.each([
    ['::stop-commands::x', ': :stop-commands::x'],
    ['  ::error::x', '  : :error::x'],
    ['x ##[add-mask]y', 'x ## [add-mask]y'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
  ])('disarms %j, which the runner could obey', (line, shown) => {
    const { lines, log } = open()
    log.info(line)
    expect(lines).toEqual([shown])
  })

  it('disarms each line of several', () => {
    const { lines, log } = open()
    log.info('database "x\n::set-output name=a::b\r\nend"')
    log.warn('x\n::endgroup::')
    expect(lines).toEqual([
      'database "x',
      ': :set-output name=a::b',
      'end"',
      '::warning::x%0A: :endgroup::',
    ])
  })

  it('shows progress every five seconds at most, folded into its stage', () => {
    const { lines, clock, log } = open()
    for (let ms = 0; ms <= 12_000; ms += 100) {
      clock.ms = ms
      log.progress({ stage: 'dump', doneBytes: ms * 1024, totalBytes: 24_576_000 })
    }
    log.info('dumped')
    log.progress({ stage: 'upload', doneBytes: 0 })
    log.close()
    expect(lines).toEqual([
      '::group::Dumping',
      'Dumping: 4.9 MiB of about 23.4 MiB (20 %), 1000 KiB/s, 5 s',
      'Dumping: 9.8 MiB of about 23.4 MiB (41 %), 1000 KiB/s, 10 s',
      '::endgroup::',
      'dumped',
    ])
  })

  it('keeps progress inside a group that is open, and ends a group once', () => {
    const { lines, clock, log } = open()
    log.group('One')
    log.progress({ stage: 'dump', doneBytes: 0 })
    clock.ms = 6000
    log.progress({ stage: 'dump', doneBytes: 6_291_456, storedBytes: 1_048_576 })
    log.group('Two')
    log.close()
    log.close()
    expect(lines).toEqual([
      '::group::One',
      'Dumping: 6 MiB, 1 MiB stored, 1 MiB/s, 6 s',
      '::endgroup::',
      '::group::Two',
      '::endgroup::',
    ])
  })
})

describe('annotateFailure', () => {
  it('shows sentence, hint and code, redacted', () => {
    const { lines } = open()
    annotateFailure({ ...sampleFailure, hint: 'use s3cret' }, (text) =>
      text.replaceAll('s3cret', '***'),
    )
    expect(lines).toEqual([
      '::error title=Strongroom%3A backup_corrupt::Cannot restore the backup: its bytes have another checksum, expected the record’s%0Ause ***',
    ])
  })
})
