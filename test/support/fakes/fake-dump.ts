/** Rows per table: all that a database of the fakes holds. */
export type Rows = Readonly<Record<string, number>>

const trailer = '-- dump complete'
const command = '\\!'

/** A dump of the fakes' own language: a line a table, a line at the end. */
export function writeDump(rows: Rows): string {
  const lines = Object.entries(rows).map(([table, count]) => `${table}=${count}`)
  return `${[...lines, trailer].join('\n')}\n`
}

/** What a dump holds; without its last line it is not whole. */
export function readDump(text: string): {
  readonly rows: Rows
  readonly isWhole: boolean
  readonly metaCommands: readonly string[]
} {
  const lines = text.split('\n').filter((line) => line !== '')
  const pairs = lines.filter((line) => line.includes('=')).map((line) => line.split('='))
  return {
    rows: Object.fromEntries(pairs.map(([table = '', count]) => [table, Number(count)])),
    isWhole: lines.at(-1) === trailer,
    metaCommands: lines.filter((line) => line.startsWith(command)),
  }
}

/** Bytes of an async iterable as text. */
export async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(chunks)).toString()
}
