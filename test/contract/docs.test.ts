import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { describeInput, inputKeys, isInputKey } from '../../action/domain/input-keys.ts'
import { reasonCodes } from '../../action/domain/reason-code.ts'
import { fillReadme, splitReadme } from '../../scripts/inputs-block.ts'
import { commandsPage, configurationPage, slug } from '../../scripts/reference-pages.ts'
import { type Page, readPages, readScripts, repositoryRoot } from '../support/read-pages.ts'

const pages = await readPages()
const readme = readPage('README.md').text
const scripts = await readScripts()

function readPage(path: string): Page {
  const page = pages.get(path)
  if (page === undefined) throw new Error(`There is no ${path}`)
  return page
}

/** Links of a page that lead into this repository, as path and anchor. */
function ownLinks({ path, prose }: Page) {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#')
      return { target, file: file === '' ? path : normalize(join(dirname(path), file)), anchor }
    })
}

describe.each([...pages.values()])('$path', (page) => {
  it('links only to what is there', () => {
    const broken = ownLinks(page).filter(({ file, anchor }) => {
      if (!existsSync(join(repositoryRoot, file))) return true
      if (anchor === undefined) return false
      return pages.get(file)?.headings.every((title) => slug(title) !== anchor) ?? true
    })
    expect(broken.map(({ target }) => target)).toEqual([])
  })

  it('has each heading once, so that its anchor is its own', () => {
    const anchors = page.headings.map(slug)
    expect(anchors.filter((anchor, place) => anchors.indexOf(anchor) !== place)).toEqual([])
  })

  it('shows JSON and YAML that can be read', () => {
    for (const { language, code } of page.blocks) {
      if (language === 'json') expect(() => JSON.parse(code), code).not.toThrow()
      if (language !== 'yaml') continue
      for (const document of parseAllDocuments(code)) expect(document.errors, code).toEqual([])
    }
  })

  it('gives this Action only inputs that exist, and pins the others', () => {
    for (const { code } of page.blocks.filter(({ language }) => language === 'yaml')) {
      for (const document of parseAllDocuments(code)) {
        const unknown = collectInputs(document.toJS()).filter((name) => !isInputKey(name))
        expect(unknown).toEqual([])
      }
      for (const [, used = ''] of code.matchAll(/uses: (.*)$/gm))
        expect(used).toMatch(/^your-org\/strongroom@v0\.1\.0|@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    }
  })

  it('names only npm scripts that exist', () => {
    const named = [...page.text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]
    const missing = named.map(([, name = '']) => name).filter((name) => !(name in scripts))
    expect(missing).toEqual([])
  })

  it('names only files of scripts/ that exist', () => {
    const named = [...page.text.matchAll(/\bscripts\/[\w/-]+\.ts\b/g)].map(([path]) => path)
    expect(named.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([])
  })
})

/** Names below `with` of every step that uses this Action, and of a bare `with`. */
function collectInputs(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(collectInputs)
  if (typeof value !== 'object' || value === null) return []
  const uses = 'uses' in value ? String(value.uses) : 'your-org/strongroom'
  const own =
    'with' in value && uses.startsWith('your-org/strongroom') && isObject(value.with)
      ? Object.keys(value.with)
      : []
  return [...own, ...Object.values(value).flatMap(collectInputs)]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

describe('generated pages', () => {
  it('docs/configuration.md is what `node scripts/generate-docs.ts` writes', async () => {
    const actionYml = await readFile(join(repositoryRoot, 'action.yml'), 'utf8')
    expect(pages.get('docs/configuration.md')?.text).toBe(configurationPage(actionYml))
  })

  it('docs/commands.md is what `node scripts/generate-docs.ts` writes', () => {
    expect(pages.get('docs/commands.md')?.text).toBe(commandsPage())
  })

  it('README.md has the inputs as `node scripts/generate-docs.ts` writes them', async () => {
    const actionYml = await readFile(join(repositoryRoot, 'action.yml'), 'utf8')
    expect(readme).toBe(fillReadme(readme, actionYml))
  })
})

describe('docs/troubleshooting.md', () => {
  it('has a section for every reason code, in their order', () => {
    const known: readonly string[] = reasonCodes
    const headings = pages.get('docs/troubleshooting.md')?.headings ?? []
    expect(headings.filter((title) => /^[a-z]+(_[a-z]+)*$/.test(title))).toEqual(known)
  })
})

describe('README.md', () => {
  const [before, block, after] = splitReadme(readme)

  it('stays within 200 lines, but for the block of inputs', () => {
    expect(`${before}${after}`.split('\n').length).toBeLessThanOrEqual(200)
  })

  it('shows every input in that block, with its default', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*)```/.exec(block) ?? []
    const { with: shown } = z.object({ with: z.record(z.string(), z.unknown()) }).parse(parse(yaml))
    const expected = inputKeys.map((key) => [key, describeInput(key).default])
    expect(Object.entries(shown).map(([key, value]) => [key, String(value)])).toEqual(expected)
  })

  it('leads to every page of docs/', () => {
    const linked = new Set(ownLinks(readPage('README.md')).map(toFile))
    const own = [...pages.keys()].filter((path) => /^docs\/[^/]+\.md$/.test(path))
    expect(own.filter((path) => !linked.has(path))).toEqual([])
  })
})

function toFile({ file }: { readonly file: string }): string {
  return file
}

describe('docs/', () => {
  it('can be read from the first page to the last and back', () => {
    const next = walk('docs/getting-started.md', /Next: \[[^\]]+\]\(([^)]+)\)\s*$/)
    expect(next.slice(-2)).toEqual(['docs/adr/README.md', 'README.md'])
    const previous = walk('docs/adr/README.md', /^Previous: \[[^\]]+\]\(([^)]+)\) · Next: /m)
    expect(previous.slice(0, -1)).toEqual(next.slice(0, -1).toReversed())
    const all = [...pages.keys()].filter((path) => /^docs\/[^/]+\.md$/.test(path))
    const measured = 'docs/performance.md' // Written by the benchmark, and linked from the README.
    expect(all.filter((path) => !next.includes(path) && path !== measured)).toEqual([])
  })

  it.each([...pages.values()].filter(({ path }) => path.startsWith('docs/adr/0')))(
    '$path leads to its neighbours',
    ({ text }) => {
      expect(text).toMatch(/\n\nPrevious: \[[^\]]+\]\([^)]+\) · Next: \[[^\]]+\]\([^)]+\)\n$/)
    },
  )
})

/** The pages from `start` along one kind of link, until it leads out of docs/. */
function walk(start: string, link: RegExp): readonly string[] {
  const walked = [start]
  for (let path = start; path.startsWith('docs/'); ) {
    const target = link.exec(pages.get(path)?.text ?? '')?.[1]
    if (target === undefined) throw new Error(`${path} does not lead on`)
    path = normalize(join(dirname(path), target))
    walked.push(path)
    if (walked.length > pages.size) throw new Error(`The links of docs/ go in a circle: ${walked}`)
  }
  return walked
}
