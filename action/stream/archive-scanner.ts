import type { ArchiveBlock } from '../job/ports.ts'
import { type ArchiveHead, readArchiveHead } from './archive-head.ts'
import { createRowCounter, nameCounts } from './count-rows.ts'

/** Reads a custom archive in pieces of any size. */
export interface ArchiveScanner {
  push(chunk: Uint8Array): void
  /** The blocks of data, in order; nothing where the archive is none that is understood to its end. */
  end(): ArchiveFacts | undefined
}

/** What a custom archive turned out to hold. */
interface ArchiveFacts {
  readonly blocks: readonly ArchiveBlock[]
  /** Rows per `schema.table`, where they were to be counted and can be told. */
  readonly tables?: Readonly<Record<string, number>>
}

/** A larger table of contents is not kept. */
const headSizeMaxBytes = 32 * 1024 * 1024
const blockType = { data: 1, largeObjects: 3 }
/** What a piece, which is a row as a rule, costs the server besides its bytes, in bytes. */
const pieceCostBytes = 100

/** What the next number or byte is. */
type Expected = 'block' | 'entry' | 'object' | 'size'

/**
 * Tells where the data of each entry lie. This is for dividing the work of a restore only: what it cannot read, it gives up
 * without a verdict. `_StartData` of pg_backup_custom.c: a type, the entry's number, pieces with their sizes up to size 0; large
 * objects have a number each before their pieces, up to number 0.
 *
 * @param options.countRows costs a look at every byte
 */
export function createArchiveScanner(options: { readonly countRows: boolean }): ArchiveScanner {
  let head: Buffer[] | undefined = []
  let headSize = 0
  let triedSize = 0
  let walker: Walker | undefined
  return {
    push(chunk) {
      if (walker !== undefined) return walker.walk(chunk)
      if (head === undefined) return
      head.push(Buffer.from(chunk))
      headSize += chunk.length
      // Twice the size each time, so that a long head is not read over and over.
      if (headSize < triedSize * 2) return
      triedSize = headSize
      const bytes = Buffer.concat(head)
      const found = readArchiveHead(bytes)
      if (found === 'more' && headSize < headSizeMaxBytes) {
        head = [bytes]
        return
      }
      head = undefined
      if (found === 'more' || found === undefined) return
      walker = createWalker(found, options)
      walker.walk(bytes.subarray(found.dataStart))
    },
    end: () => {
      if (walker === undefined && head !== undefined) {
        const bytes = Buffer.concat(head)
        const found = readArchiveHead(bytes)
        if (found === 'more' || found === undefined) return undefined
        walker = createWalker(found, options)
        walker.walk(bytes.subarray(found.dataStart))
      }
      return walker?.end()
    },
  }
}

interface Walker {
  walk(chunk: Uint8Array): void
  end(): ArchiveFacts | undefined
}

/** Pieces with sizes of this length can be sent to a server without being copied. */
const sentIntSizeBytes = 4

function createWalker(
  { intSizeBytes, dataStart, isCompressed, statements, encoding }: ArchiveHead,
  { countRows }: { readonly countRows: boolean },
): Walker {
  const counter = countRows && !isCompressed ? createRowCounter() : undefined
  /** Of each entry; nothing where the end of its rows is not there. */
  const counts: {
    readonly statement: Uint8Array | undefined
    readonly rows: number | undefined
  }[] = []
  const isSendable = !isCompressed && intSizeBytes === sentIntSizeBytes
  const blocks: ArchiveBlock[] = []
  let base = dataStart
  let expected: Expected | 'lost' = 'block'
  let start = 0
  let rowsStart = 0
  let entry = 0
  let pieces = 0
  let hasObjects = false
  /** Bytes of data that are still to be passed over. */
  let left = 0
  /** Of a number that a chunk's end cut. */
  let cut: Buffer = Buffer.alloc(0)

  const close = (end: number) => {
    if (counter !== undefined && !hasObjects) {
      counts.push({ statement: statements.get(entry), rows: counter.take() })
    }
    const statement = isSendable && !hasObjects ? statements.get(entry) : undefined
    const rows = { start: rowsStart, end: end - 1 - intSizeBytes }
    blocks.push({
      ...{ entry, start, end, cost: end - start + pieces * pieceCostBytes },
      ...(statement !== undefined && { rows: { ...rows, statement } }),
    })
    expected = 'block'
  }
  const onNumber = (value: number, end: number) => {
    if (expected === 'entry') {
      entry = value
      rowsStart = end
      expected = hasObjects ? 'object' : 'size'
    } else if (expected === 'object') {
      if (value === 0) close(end)
      else expected = 'size'
    } else if (value > 0) {
      left = value
      pieces++
    } else if (hasObjects) {
      expected = 'object'
    } else {
      close(end)
    }
  }
  const onType = (type: number, at: number) => {
    hasObjects = type === blockType.largeObjects
    start = at
    pieces = 0
    expected = type === blockType.data || hasObjects ? 'entry' : 'lost'
  }
  const walk = (chunk: Uint8Array) => {
    const bytes = cut.length === 0 ? chunk : Buffer.concat([cut, chunk])
    cut = Buffer.alloc(0)
    let at = 0
    while (at < bytes.length && expected !== 'lost') {
      if (left > 0) {
        const size = Math.min(left, bytes.length - at)
        if (!hasObjects) counter?.add(bytes, at, at + size)
        left -= size
        at += size
      } else if (expected === 'block') {
        onType(bytes[at] ?? 0, base + at)
        at++
      } else if (at + 1 + intSizeBytes > bytes.length) {
        cut = Buffer.from(bytes.subarray(at))
        break
      } else {
        const value = readInt(bytes, at, intSizeBytes)
        at += 1 + intSizeBytes
        onNumber(value, base + at)
      }
    }
    counter?.keep()
    base += at
  }
  return {
    walk,
    end() {
      if (expected !== 'block' || cut.length > 0) return undefined
      const tables = counter && nameCounts(counts, encoding)
      return { blocks, ...(tables !== undefined && { tables }) }
    },
  }
}

/** A sign, then the value, lowest byte first. */
function readInt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let place = size; place > 0; place--) value = value * 256 + (bytes[at + place] ?? 0)
  return bytes[at] === 0 ? value : -value
}
