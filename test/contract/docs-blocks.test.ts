import { describe, expect, it } from 'vitest'
import { renderCard } from '../../action/domain/render-card.ts'
import { sampleCard, sampleRequest } from '../support/cards/sample-card.ts'
import { blocksOf, kindOf } from '../support/documents/block-kind.ts'
import { judgeJson } from '../support/documents/judge-json.ts'
import { judgeYaml } from '../support/documents/judge-yaml.ts'
import { untestedBlocks } from '../support/documents/untested-blocks.ts'
import { readPages } from '../support/read-pages.ts'

const pages = [...(await readPages()).values()]

describe('every block of the documents', () => {
  it('is run or judged by a test, or is on the list of those that are not', () => {
    const forgotten = pages.flatMap(({ path, blocks }) =>
      blocks
        .filter((block) => kindOf(path, block) === undefined)
        .map(({ line, language }) => `${path}:${line} (${language})`),
    )
    expect(forgotten).toEqual([])
  })

  it.each(untestedBlocks)('of the list is there: $page, $has', ({ page, language, has, why }) => {
    const blocks = pages.find(({ path }) => path === page)?.blocks ?? []
    const found = blocks.filter((block) => block.language === language && block.code.includes(has))
    expect(found).not.toEqual([])
    expect(why).not.toBe('')
  })

  it.each(['played', 'server', 'module', 'yaml', 'json', 'card', 'layout'] as const)(
    'is found: %s',
    (kind) => {
      expect(blocksOf(kind, pages)).not.toEqual([])
    },
  )
})

describe('YAML', () => {
  it.each(blocksOf('yaml', pages))('$page:$line can be used as it is', async ({ code }) => {
    expect(await judgeYaml(code)).toEqual([])
  })

  it.each([
    ['a job alone', 'backup:\n  runs-on: ubuntu-24.04\n', /neither a list of steps nor a workflow/],
    ['inputs alone', 'with:\n  bucket: b\n', /neither a list of steps nor a workflow/],
    ['jobs that nothing starts', 'jobs: { a: { runs-on: ubuntu-24.04, steps: [] } }\n', /"on"/],
    ['a step without a bucket', '- uses: your-org/strongroom@v0.1.0\n', /no bucket/],
    ['a step of two kinds', '- run: ls\n  uses: a/b@v1\n', /run|uses/],
  ])('is refused: %s', async (_, code, problem) => {
    expect((await judgeYaml(code)).join('\n')).toMatch(problem)
  })
})

describe('JSON', () => {
  it.each(blocksOf('json', pages))('$page:$line is what it illustrates', ({ code }) => {
    expect(judgeJson(code)).toEqual([])
  })

  it.each([
    ['what nobody knows', { some: 'thing' }, /nobody knows/],
    ['a manifest of another version', { version: 2, backups: [] }, /version/],
    ['an audit entry with an outcome of old', { outcome: 'done' }, /outcome/],
    ['a webhook with other keys', { version: 1, event: 'backup.failed' }, /expected advice/],
    ['a statement with a typo', { Effect: 'Allow', Actions: [] }, /Actions/],
  ])('is refused: %s', (_, value, problem) => {
    expect(judgeJson(JSON.stringify(value)).join('\n')).toMatch(problem)
  })
})

describe('Markdown', () => {
  it.each(blocksOf('card', pages))('$page:$line is a card as the bot writes it', ({ code }) => {
    const card = renderCard({ request: sampleRequest, signature: 'unsigned', card: sampleCard })
    // Without the two lines that GitHub does not show.
    expect(code.trim()).toBe(card.split('\n').slice(2).join('\n').trim())
  })
})
