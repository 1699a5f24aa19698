import { describe, expect, it } from 'vitest'
import { createTerminalLog } from '../../../action/runner/create-terminal-log.ts'
import { choosePalette, plainPalette } from '../../../action/runner/palette.ts'

function open(isTTY: boolean, columns = 80) {
  const written: string[] = []
  const clock = { ms: 0 }
  const log = createTerminalLog({
    redact: (text) => text.replaceAll('s3cret', '***'),
    nowMs: () => clock.ms,
    palette: plainPalette,
    stream: { isTTY, columns, write: (text: string) => written.push(text) },
  })
  return { written, clock, log }
}

describe('createTerminalLog on a terminal', () => {
  it('draws one line over itself, and clears it for other lines', () => {
    const { written, clock, log } = open(true)
    log.progress({ stage: 'dump', doneBytes: 0, totalBytes: 100 })
    clock.ms = 99
    log.progress({ stage: 'dump', doneBytes: 10, totalBytes: 100 })
    clock.ms = 2000
    log.progress({ stage: 'dump', doneBytes: 50, totalBytes: 100 })
    log.info('half s3cret')
    log.close()
    expect(written).toEqual([
      '\r\u001b[2K[##########----------] Dumping: 50 B of about 100 B (50 %), 25 B/s, 2 s',
      '\r\u001b[2K',
      'half ***\n',
    ])
  })

  it('never writes a bar that is wider than the terminal', () => {
    const { written, clock, log } = open(true, 30)
    log.progress({ stage: 'dump', doneBytes: 0, totalBytes: 100 })
    clock.ms = 2000
    log.progress({ stage: 'dump', doneBytes: 50, totalBytes: 100 })
    log.close()
    expect(written[0]?.replace('\r\u001b[2K', '')).toHaveLength(29)
    expect(written.at(-1)).toBe('\r\u001b[2K')
  })
})

describe('createTerminalLog elsewhere', () => {
  it('writes plain lines, progress every five seconds at most', () => {
    const { written, clock, log } = open(false)
    for (let ms = 0; ms <= 6000; ms += 100) {
      clock.ms = ms
      log.progress({ stage: 'download', doneBytes: ms, totalBytes: 1000 })
    }
    log.warn('careful\nreally')
    log.group('Title')
    log.close()
    expect(written).toEqual([
      'Downloading: 4.9 KiB, 1000 B/s, 5 s\n',
      '! careful\n! really\n',
      'Title\n',
    ])
  })

  it('makes control characters of foreign text visible', () => {
    const { written, log } = open(false)
    log.info('db "\u001b[2J\u0007"')
    expect(written).toEqual(['db "\\u{1b}[2J\\u{7}"\n'])
  })
})

describe('choosePalette', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, {}, false],
    [{}, {}, false],
  ])('%o with %o', (stream, env, isColoured) => {
    expect(choosePalette(stream, env).bad('x') !== 'x').toBe(isColoured)
  })
  it('paints no empty text', () => {
    expect(choosePalette({ isTTY: true }, {}).good('')).toBe('')
  })
})
