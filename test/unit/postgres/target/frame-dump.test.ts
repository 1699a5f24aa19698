import { describe, expect, it } from 'vitest'
import { frameDump, openDump } from '../../../../action/postgres/target/frame-dump.ts'

const trailer = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
const head = '--\n-- PostgreSQL database dump\n--\n\n'

async function* inChunks(text: string, size: number) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size))
}

async function frame(text: string, dropFinalCommit = false, size = 1000, serverMajor = 18) {
  const framed = await frameDump(inChunks(text, size), { dropFinalCommit, serverMajor })
  const chunks: Uint8Array[] = []
  for await (const chunk of framed.body) chunks.push(chunk)
  return { text: Buffer.concat(chunks).toString(), createsPublic: framed.createsPublic }
}

describe('frameDump', () => {
  it.each([1, 7, 4096, 5000, 10_000_000])(
    'takes the restriction off, in chunks of %i bytes',
    async (size) => {
      const body = `SELECT 1;\n${'-- data\n'.repeat(3000)}`
      const text = `${head}\\restrict kEy1\n\n${body}${trailer}\\unrestrict kEy1\n\n`
      expect((await frame(text, false, size)).text).toBe(`${head}\n${body}${trailer}`)
    },
  )

  it('passes a dump without a restriction on as it is, beyond the size of its head too', async () => {
    const text = `${head}${'SELECT 1;\n'.repeat(300_000)}${trailer}`
    expect((await frame(text, false, 65_536)).text).toBe(text)
  })

  it('leaves a restriction that does not come first for psql to refuse', async () => {
    const text = `${head}SELECT 1;\n\\restrict a\n\\unrestrict a\n${trailer}`
    expect((await frame(text)).text).toBe(text)
  })

  it.each([
    ['without an end', `${head}SELECT 1;\n`],
    ['empty', ''],
    ['with text behind its end', `${head}${trailer}SELECT 1;\n`],
    ['whose restriction is not lifted', `${head}\\restrict a\n${trailer}`],
    [
      'whose restriction is lifted with another key',
      `${head}\\restrict a\n${trailer}\\unrestrict b\n`,
    ],
    [
      'with text behind the lifted restriction',
      `${head}\\restrict a\n${trailer}\\unrestrict a\n\\! id\n`,
    ],
  ])('refuses a dump %s', async (_what, text) => {
    await expect(frame(text)).rejects.toMatchObject({ code: 'restore_incomplete' })
  })

  it('takes the last COMMIT off where asked, and only that', async () => {
    const text = `BEGIN;\nSELECT 'COMMIT;';\nCOMMIT;\n\nSELECT 1;\n\nCOMMIT;\n${trailer}`
    expect((await frame(text, true)).text).toBe(
      `BEGIN;\nSELECT 'COMMIT;';\nCOMMIT;\n\nSELECT 1;\n\n`,
    )
    await expect(frame(`BEGIN;\nSELECT 1;\n${trailer}`, true)).rejects.toMatchObject({
      code: 'restore_incomplete',
    })
  })

  it('tells whether the dump creates the schema public', async () => {
    const create =
      '\n--\n-- Name: public; Type: SCHEMA; Schema: -; Owner: x\n--\n\nCREATE SCHEMA public;\n'
    expect((await frame(`${head}${create}${trailer}`)).createsPublic).toBe(true)
    expect((await frame(`${head}SELECT 'CREATE SCHEMA public;\n';${trailer}`)).createsPublic).toBe(
      false,
    )
  })

  it('takes a setting off that servers before 17 do not know, where pg_dump writes it', async () => {
    const settings = 'SET statement_timeout = 0;\nSET transaction_timeout = 0;\nSET x = 1;\n'
    const later = `SELECT '\nSET transaction_timeout = 0;\n';\n`
    const text = `${head}${settings}${later}${trailer}`
    expect((await frame(text, false, 1000, 17)).text).toBe(text)
    expect((await frame(text, false, 1000, 16)).text).toBe(
      `${head}SET statement_timeout = 0;\nSET x = 1;\n${later}${trailer}`,
    )
    const without = `${head}SET x = 1;\n${later}${trailer}`
    expect((await frame(without, false, 1000, 16)).text).toBe(without)
  })

  it('passes the error of its source on', async () => {
    async function* broken() {
      yield Buffer.from(head.repeat(60_000))
      throw new Error('no more')
    }
    const framed = await frameDump(broken(), { dropFinalCommit: false, serverMajor: 18 })
    const read = async () => {
      for await (const chunk of framed.body) expect(chunk.length).toBeGreaterThan(0)
    }
    await expect(read()).rejects.toThrow('no more')
  })

  it('close lets go of a source that is not read to its end', async () => {
    let isClosed = false
    async function* source() {
      try {
        for (;;) yield Buffer.alloc(600_000)
      } finally {
        isClosed = true
      }
    }
    const framed = await frameDump(source(), { dropFinalCommit: false, serverMajor: 18 })
    await framed.close()
    expect(isClosed).toBe(true)
  })
})

describe('openDump', () => {
  it('tells the settings alone, without comments that may be in any encoding', async () => {
    const settings = "SET client_encoding = 'EUC_JP';\n\nSET row_security = off;\n\n"
    const table = Buffer.from('--\n-- Name: \xc9\xbd; Type: TABLE\n--\n\nCREATE TABLE', 'latin1')
    const source = async function* () {
      yield Buffer.concat([Buffer.from(head + settings), table])
    }
    const opened = await openDump(source(), { serverMajor: 18 })
    expect(opened.settings.split('\n').filter((line) => line !== '')).toEqual([
      "SET client_encoding = 'EUC_JP';",
      'SET row_security = off;',
    ])
    await opened.text.return(undefined)
  })
})
