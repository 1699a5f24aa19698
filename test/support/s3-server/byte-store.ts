/** Bytes that were written once. Objects and readers share them; the last one to let go frees them. */
export interface Segment {
  readonly size: number
  /** From `start` up to, not including, `end`. */
  read(start: number, end: number): AsyncIterable<Buffer>
  retain(): void
  release(): Promise<void>
}

/** Bytes on their way in. Nothing is visible before {@link SegmentWriter.finish}. */
export interface SegmentWriter {
  write(chunk: Buffer): Promise<void> | void
  finish(): Promise<Segment>
  discard(): Promise<void>
}

/** Where bytes lie: in memory or in a folder. */
export interface ByteStore {
  open(): Promise<SegmentWriter>
  /** Removes all that it holds. */
  close(): Promise<void>
}

/** Reads a run of bytes across segments in order, from `start` up to, not including, `end`. */
export async function* readSegments(
  segments: readonly Segment[],
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  let offset = 0
  for (const segment of segments) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, segment.size)
    if (from < to) yield* segment.read(from, to)
    offset += segment.size
  }
}

/** Counts holders: the first is the one who asked; `free` runs when the last has let go. */
export function countHolders(free: () => Promise<void>): Pick<Segment, 'retain' | 'release'> {
  let holders = 1
  return {
    retain() {
      holders += 1
    },
    async release() {
      holders -= 1
      if (holders === 0) await free()
    },
  }
}
