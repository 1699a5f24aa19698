import { describe, expect, it } from 'vitest'
import { parseTerminalArguments } from '../../action/runner/terminal-arguments.ts'
import { readPages, readScripts } from '../support/read-pages.ts'

const scripts = await readScripts()

/** A command line of the terminal, as a document shows it. */
interface ShownLine {
  readonly path: string
  readonly line: string
}

const shown: readonly ShownLine[] = [...(await readPages()).values()].flatMap(
  ({ path, blocks, spans }) => {
    const code = blocks.filter(({ language }) => ['sh', 'console', 'text'].includes(language))
    const lines = [...code.flatMap((block) => block.code.split('\n')), ...spans]
    return lines
      .flatMap((line) => line.match(/npm run .*/g) ?? [])
      .map((line) => ({ path, line }))
      .filter(({ line }) => commandOf(line) !== undefined)
  },
)

/** The terminal command behind the script of a line; nothing where the script is another program. */
function commandOf(line: string): string | undefined {
  const [, script = ''] = /^npm run (?:--silent )?(\S+)/.exec(line) ?? []
  return /^node action\/cli\.ts (\w+)$/.exec(scripts[script] ?? '')?.[1]
}

/** What stands behind the script, as the shell would split it, up to a comment or another program. */
function wordsOf(line: string): readonly string[] {
  const rest = line
    .replace(/^npm run (?:--silent )?\S+/, '')
    .replace(/<id(?:\|latest)?>/, '20261122T030012Z-k7q2')
    .replace('<database>', 'shop')
    .replace(' [options]', '')
  const words = rest.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  const end = words.findIndex((word) => ['#', '|', '>', ';', '&&'].includes(word))
  return words.slice(0, end < 0 ? words.length : end).map((word) => word.replaceAll(/['"]/g, ''))
}

describe('command lines of the documents', () => {
  it('are found, in prose and in blocks', () => {
    const lines = shown.map(({ path, line }) => `${path}: ${line}`)
    expect(lines).toContain(
      'docs/restore-runbook.md: npm run backup:restore -- 20261123T051512Z-cli6 --dry-run',
    )
    expect(lines).toContain('docs/monitoring.md: npm run backup:accept -- <id>')
  })

  it.each(shown)('$path: $line', ({ line }) => {
    const [dashes, ...words] = wordsOf(line)
    // Without the dashes npm would take the words for itself.
    expect(dashes ?? '--').toBe('--')
    expect(parseTerminalArguments(commandOf(line), words)).toMatchObject({
      kind: words.includes('--help') ? 'help' : 'run',
    })
  })

  it('would be refused with an option that does not exist', () => {
    const words = wordsOf("npm run backup:list -- --type='DAILY' --frobnicate # no such option")
    expect(words).toEqual(['--', '--type=DAILY', '--frobnicate'])
    expect(() => parseTerminalArguments('list', words.slice(1))).toThrow('--frobnicate')
  })
})
