import type { Palette } from '../../action/runner/palette.ts'

/** What the demo says, and what it has proven so far. */
export interface Narrator {
  /** Opens a numbered chapter. */
  chapter(title: string): void
  say(line: string): void
  /** A command as a person would type it. */
  command(line: string): void
  table(rows: readonly (readonly string[])[]): void
  /** Records a proof. A failed one is told at once and decides the exit code. */
  prove(claim: string, isTrue: boolean): void
  proofs(): { readonly passed: number; readonly failed: number }
}

/** A narrator that writes to `write`, a line at a time. */
export function createNarrator(write: (line: string) => void, palette: Palette): Narrator {
  const counts = { passed: 0, failed: 0 }
  let chapters = 0
  return {
    chapter(title) {
      chapters += 1
      write(`\n${palette.strong(`── ${chapters}. ${title} ──`)}`)
    },
    say: (line) => write(line),
    command: (line) => write(`\n${palette.strong(`$ ${line}`)}`),
    table(rows) {
      for (const line of alignColumns(rows)) write(`  ${line}`)
    },
    prove(claim, isTrue) {
      counts[isTrue ? 'passed' : 'failed'] += 1
      write(isTrue ? palette.good(`✓ Proven: ${claim}`) : palette.bad(`✗ Not so: ${claim}`))
    },
    proofs: () => ({ ...counts }),
  }
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
