import { describe, expect, it } from 'vitest'
import { createDumpGate } from '../../../action/postgres/dump-gate.ts'

const trailer = '--\n-- PostgreSQL database dump complete\n--\n\n'

function judge(format: 'plain' | 'custom', chunks: readonly string[]) {
  const gate = createDumpGate(format)
  for (const chunk of chunks) gate.see(Buffer.from(chunk))
  return () => gate.check()
}

describe('createDumpGate', () => {
  it.each([
    ['in one chunk', [`CREATE TABLE t ();\n${trailer}`]],
    ['followed by \\unrestrict', [`x${trailer}\\unrestrict ${'k'.repeat(64)}\n\n`]],
    ['cut into single bytes', [...`x${trailer}`]],
    ['cut in the middle', ['x\n-- PostgreSQL data', 'base dump complete\n--\n']],
    ['behind a large chunk', ['x'.repeat(100_000), trailer]],
    ['at the end of a large chunk', ['x'.repeat(100_000) + trailer]],
  ])('passes a plain dump whose trailer is %s', (_, chunks) => {
    expect(judge('plain', chunks)).not.toThrow()
  })

  it.each([
    ['nothing', []],
    ['no trailer', ['CREATE TABLE t ();\n']],
    ['a trailer in the data long before the end', [trailer, 'x'.repeat(2000)]],
    ['half a trailer', ['x-- PostgreSQL database dump comp']],
  ])('holds back a plain dump of %s', (_, chunks) => {
    expect(judge('plain', chunks)).toThrow(expect.objectContaining({ code: 'dump_incomplete' }))
  })

  it('judges an archive by its magic, however it is cut', () => {
    expect(judge('custom', ['PGDMP\u0001\u000e'])).not.toThrow()
    expect(judge('custom', [...'PGDMPxyz'])).not.toThrow()
    expect(judge('custom', ['PGD'])).toThrow(/not those of an archive/)
    expect(judge('custom', ['CREATE TABLE'])).toThrow(/not those of an archive/)
    expect(judge('custom', [])).toThrow(/empty/)
  })

  it('keeps no hold of a chunk, which may be transferred away', () => {
    const gate = createDumpGate('plain')
    const chunk = new Uint8Array(Buffer.from(`x${trailer}`))
    gate.see(chunk)
    structuredClone(chunk, { transfer: [chunk.buffer] })
    expect(() => gate.check()).not.toThrow()
  })
})
