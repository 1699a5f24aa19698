import { describe, expect, it } from 'vitest'
import type { Card } from '../../../action/domain/card.ts'
import { renderCard } from '../../../action/domain/render-card.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'

const docsUrl = 'https://github.example/acme/strongroom/blob/v1/docs'

/** The card without its two hidden lines. */
function show(card: Card, details?: string): string {
  const text = renderCard({
    request: sampleRequest,
    signature: 'unsigned',
    card,
    details,
    docsUrl,
  })
  return text.split('\n').slice(2).join('\n').trimStart()
}

describe('renderCard', () => {
  it('says whose approval is needed until when, and what for', () => {
    expect(show(sampleCard)).toMatchInlineSnapshot(`
      "### ✋ \`/restore\` waits for approval

      **Needed: one of \`hubot-friend\`, \`dba\`**, to approve or reject it [on the run's page](https://github.example/acme/shop/actions/runs/9001), until 2026-12-22 09:01:00 UTC. Whoever asked cannot approve.

      | | |
      | --- | --- |
      | **Asked by** | \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC |
      | **With** | \`backup-id\` \`latest\`, \`restore-mode\` \`swap\` |
      | **Backup** | \`20261122T030012Z-k7q2\` of database \`shop\` |
      | **Size** | 1.4 GiB |
      | **SHA-256** | \`abababababababab…\` |
      | **Target** | database \`shop\` |
      | **Mode** | \`swap\` |
      | **Data loss** | ⚠️ what was written since 2026-11-22 03:00:12 UTC is not in this backup: the last 6 h 0 m when this was asked for |
      | **Environment** | \`database-restore\` |
      | **Run** | [9001](https://github.example/acme/shop/actions/runs/9001) |
      | **Request** | \`rq7-1001-0-0123456789ab\` |
      | **Updated** | 2026-11-22 09:01:00 UTC |

      <sub>[What this card says](https://github.example/acme/strongroom/blob/v1/docs/status-card.md)</sub>"
    `)
  })
})
