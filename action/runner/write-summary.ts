import { appendFile } from 'node:fs/promises'

/** What writing the summary needs. */
export interface SummarySink {
  /** `GITHUB_STEP_SUMMARY`; undefined off GitHub. */
  readonly path: string | undefined
  readonly redact: (text: string) => string
  readonly warn: (line: string) => void
}

/** Bytes that GitHub takes of one step's summary; a longer one is dropped whole. */
const summaryBytesMax = 1_048_576

/** Appends Markdown to the job summary. Decorative: what goes wrong only warns. */
export async function writeSummary(markdown: string, sink: SummarySink): Promise<void> {
  if (sink.path === undefined || sink.path === '') return
  const text = `${sink.redact(markdown)}\n`
  const sizeBytes = Buffer.byteLength(text)
  if (sizeBytes > summaryBytesMax) {
    sink.warn(
      `Cannot write the job summary: it has ${sizeBytes} bytes, expected at most ${summaryBytesMax}`,
    )
    return
  }
  try {
    await appendFile(sink.path, text)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    sink.warn(
      `Cannot write the job summary: its file refuses it (${reason}), expected one that can be written to`,
    )
  }
}
