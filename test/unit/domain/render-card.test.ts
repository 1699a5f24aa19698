import { describe, expect, it } from 'vitest'
import type { Card } from '../../../action/domain/card.ts'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { cardCharactersMax, renderCard } from '../../../action/domain/render-card.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'

const docsUrl = 'https://github.example/acme/strongroom/blob/v1/docs'
const base = { request: sampleRequest, signature: 'unsigned', docsUrl }

/** The card without its two hidden lines. */
function show(card: Card, details?: string): string {
  const text = renderCard({ ...base, card, details })
  return text.split('\n').slice(2).join('\n').trimStart()
}

/** What stands above the table. */
function lead(card: Partial<Card> & Pick<Card, 'state'>): string {
  return show({ ...sampleCard, ...card }).split('\n\n| | |')[0] ?? ''
}

describe('renderCard', () => {
  it('says that a run is being started', () => {
    expect(lead({ state: 'requested' })).toMatchInlineSnapshot(`
      "### ⏳ \`/restore\` is requested

      The run is being started."
    `)
    expect(
      lead({ state: 'requested', message: 'GitHub did not say whether the run began' }),
    ).toMatchInlineSnapshot(`
      "### ⏳ \`/restore\` is requested

      GitHub did not say whether the run began"
    `)
  })

  it('shows the plan', () => {
    expect(lead({ state: 'planned' })).toMatchInlineSnapshot(`
      "### 📋 \`/restore\` is planned

      This is what will be done once a reviewer approves it on the run’s page. Nothing has been changed yet."
    `)
  })

  it('says whose approval is needed until when, and what for', () => {
    expect(show(sampleCard)).toMatchInlineSnapshot(`
      "### ✋ \`/restore\` waits for approval

      **Needed: one of \`hubot-friend\`, \`dba\`**, to approve or reject it [on the run's page](https://github.example/acme/shop/actions/runs/9001), until 2026-12-22 09:01:00 UTC. \`mona\` asked and cannot approve.

      | | |
      | --- | --- |
      | **Backup** | \`20261122T030012Z-k7q2\` of database \`shop\`, 1.4 GiB |
      | **Target** | database \`shop\`, mode \`swap\` |
      | **Data loss** | ⚠️ what was written since 2026-11-22 03:00:12 UTC is not in it (6 h 0 m when asked) |
      | **SHA-256** | \`abababababababab…\` |
      | **Asked by** | \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC |

      <sub>[Run 9001](https://github.example/acme/shop/actions/runs/9001) · environment \`database-restore\` · request \`rq7-1001-0-0123456789ab\` · updated 2026-11-22 09:01:00 UTC · [How to read this card](https://github.example/acme/strongroom/blob/v1/docs/status-card.md)</sub>"
    `)
  })

  it('does not ask whoever asked for an approval', () => {
    const ask = (...reviewers: string[]) => {
      const waiting = { environment: 'database-restore', reviewers }
      return lead({ state: 'waiting', waiting }).split('\n\n')[1]?.split(',')[0]
    }
    expect(ask('Mona', 'hubot-friend')).toBe('**Needed: `hubot-friend`**')
    expect(ask('mona', 'hubot-friend', 'dba')).toBe('**Needed: one of `hubot-friend`')
    expect(ask('mona')).toBe('**Nobody can approve this.** `mona` asked')
  })

  it('says that nobody can approve where only the person who asked could', () => {
    const waiting = { environment: 'database-restore', reviewers: ['Mona'] }
    const [sentence] = show({ ...sampleCard, waiting })
      .split('\n\n')
      .slice(1)
    expect(sentence).toMatchInlineSnapshot(
      `"**Nobody can approve this.** \`mona\` asked, and is the only reviewer of the environment. Add another reviewer to the environment and ask again, or let somebody else ask."`,
    )
  })

  it('asks for an approval where nobody is known who could give it', () => {
    const { plan: _plan, run: _run, waiting: _waiting, ...bare } = sampleCard
    expect(show(bare).split('\n\n')[1]).toMatchInlineSnapshot(
      `"**Needed: a reviewer of the environment**, to approve or reject it on the run's page. \`mona\` asked and cannot approve."`,
    )
  })

  it('says who approved, and mentions nobody', () => {
    const approvers = [
      { id: 12, login: 'hubot-friend' },
      { id: 13, login: 'dba' },
    ]
    expect(lead({ state: 'approved', approvers })).toMatchInlineSnapshot(`
      "### 👍 \`/restore\` is approved

      Approved by \`hubot-friend\`, \`dba\`. The job is about to start."
    `)
  })

  it('shows how far a run has come', () => {
    expect(lead({ state: 'running' })).toMatchInlineSnapshot(`
      "### ⚙️ \`/restore\` is running

      At work."
    `)
    expect(
      lead({ state: 'running', progress: 'Dumping: 1.2 GiB of about 4.0 GiB (30 %), 22 s' }),
    ).toMatchInlineSnapshot(`
      "### ⚙️ \`/restore\` is running

      Dumping: 1.2 GiB of about 4.0 GiB (30 %), 22 s"
    `)
  })

  it('says that approval is not enforced, and promises none', () => {
    expect(lead({ state: 'running', isUnprotected: true })).toMatchInlineSnapshot(`
      "### ⚙️ \`/restore\` is running

      At work.

      > ⚠️ **Approval is not enforced.** The environment has no required reviewers, or administrators may bypass them, and the policy file of this repository allows that."
    `)
    const planned = lead({ state: 'planned', isUnprotected: true })
    expect(planned).toContain('This is what will be done. Nothing has been changed yet.')
    expect(planned).not.toContain('approves it')
  })

  it('shows an answer of the bot', () => {
    expect(lead({ state: 'answered' })).toMatchInlineSnapshot(`
      "### 💬 \`/restore\` answered

      <sub>[Run 9001](https://github.example/acme/shop/actions/runs/9001) · environment \`database-restore\` · asked by \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC · with \`backup-id\` \`latest\`, \`restore-mode\` \`swap\` · request \`rq7-1001-0-0123456789ab\` · updated 2026-11-22 09:01:00 UTC · [How to read this card](https://github.example/acme/strongroom/blob/v1/docs/status-card.md)</sub>"
    `)
  })

  it('lets nothing stand between the title of a list and the list', () => {
    const request = { ...sampleRequest, command: 'backups', arguments: {} } as const
    const { plan: _plan, waiting: _waiting, ...bare } = sampleCard
    const card: Card = { ...bare, state: 'succeeded', message: '3 backups' }
    const details = '| Backup |\n| --- |'
    const text = renderCard({ ...base, request, card, details })
    expect(text.split('\n').slice(2).join('\n')).toMatchInlineSnapshot(`
      "
      ### ✅ \`/backups\` succeeded

      3 backups

      <!-- strongroom:details -->
      | Backup |
      | --- |
      <!-- /strongroom:details -->

      <sub>[Run 9001](https://github.example/acme/shop/actions/runs/9001) · asked by \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC · request \`rq7-1001-0-0123456789ab\` · updated 2026-11-22 09:01:00 UTC · [How to read this card](https://github.example/acme/strongroom/blob/v1/docs/status-card.md)</sub>"
    `)
    expect(parseCard(text)).toMatchObject({ request, card, details })
    const alone = renderCard({ ...base, request, card })
    expect(alone).toMatch(/3 backups\n\n<sub>\[Run 9001\].+<\/sub>$/)
  })

  it('tells by a line who asked where there is nothing to decide by', () => {
    const request = { ...sampleRequest, command: 'backup', arguments: {} } as const
    const { plan: _plan, waiting: _waiting, ...bare } = sampleCard
    const show = (card: Partial<Card>) =>
      renderCard({ ...base, request, card: { ...bare, ...card } })
    expect(show({ state: 'succeeded' })).not.toContain('| **')
    expect(show({ state: 'succeeded' })).toContain(' · asked by `mona` in this ')
    const failed = show({ state: 'failed', reasonCode: 'dump_failed' })
    expect(failed).toContain('| **Asked by** | `mona` in this ')
    expect(failed).toContain('| **Reason** | `dump_failed` |')
    expect(failed).not.toContain('asked by')
  })

  it('shows a success with its details', () => {
    const card: Card = {
      ...sampleCard,
      state: 'succeeded',
      approvers: [{ id: 12, login: 'hubot-friend' }],
      message: 'Restored 20261122T030012Z-k7q2 into shop in 1 m 12 s',
      reasonCode: 'completed',
    }
    expect(
      show(card, '| Table | Rows |\n| --- | ---: |\n| `orders` | 2,000 |'),
    ).toMatchInlineSnapshot(`
      "### ✅ \`/restore\` succeeded

      Restored 20261122T030012Z-k7q2 into shop in 1 m 12 s

      | | |
      | --- | --- |
      | **Backup** | \`20261122T030012Z-k7q2\` of database \`shop\`, 1.4 GiB |
      | **Target** | database \`shop\`, mode \`swap\` |
      | **Data loss** | ⚠️ what was written since 2026-11-22 03:00:12 UTC is not in it (6 h 0 m when asked) |
      | **SHA-256** | \`abababababababab…\` |
      | **Asked by** | \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC |
      | **Approved by** | \`hubot-friend\` |

      <sub>[Run 9001](https://github.example/acme/shop/actions/runs/9001) · environment \`database-restore\` · request \`rq7-1001-0-0123456789ab\` · updated 2026-11-22 09:01:00 UTC · [How to read this card](https://github.example/acme/strongroom/blob/v1/docs/status-card.md)</sub>

      <!-- strongroom:details -->
      | Table | Rows |
      | --- | ---: |
      | \`orders\` | 2,000 |
      <!-- /strongroom:details -->"
    `)
  })

  it('shows a failure with what to do', () => {
    expect(
      show({
        version: 1,
        state: 'failed',
        updatedAt: sampleCard.updatedAt,
        run: sampleCard.run,
        message: 'Cannot open the gate: nobody approved, expected an approval\nSecond reason',
        hint: 'Ask a reviewer of the environment.',
        reasonCode: 'gate_refused',
      }),
    ).toMatchInlineSnapshot(`
      "### ❌ \`/restore\` failed

      Cannot open the gate: nobody approved, expected an approval

      Second reason

      > ℹ️ Ask a reviewer of the environment.

      | | |
      | --- | --- |
      | **With** | \`backup-id\` \`latest\`, \`restore-mode\` \`swap\` |
      | **Asked by** | \`mona\` in this [comment](#issuecomment-1001), 2026-11-22 09:00:00 UTC |
      | **Reason** | \`gate_refused\` |

      <sub>[Run 9001](https://github.example/acme/shop/actions/runs/9001) · request \`rq7-1001-0-0123456789ab\` · updated 2026-11-22 09:01:00 UTC · [What this reason means](https://github.example/acme/strongroom/blob/v1/docs/troubleshooting.md#gate_refused)</sub>"
    `)
  })

  it.each([
    ['failed', 'The run ended without saying why'],
    ['refused', 'Nothing was started'],
    ['rejected', 'A reviewer said no'],
    ['expired', 'Nobody decided in time'],
  ] as const)('says what %s means where nobody told more', (state, text) => {
    expect(lead({ state })).toContain(text)
    expect(lead({ state, message: 'Told' })).not.toContain(text)
  })

  it('names the end that a cancelled request has come to', () => {
    expect(lead({ state: 'cancelled', message: 'Cancelled by mona' })).toMatchInlineSnapshot(`
      "### ⏹️ \`/restore\` was cancelled

      Cancelled by mona"
    `)
  })

  it('cuts details first, closes what the cut left open, and says where the rest is', () => {
    const details = `<details><summary>Log</summary>\n\n\`\`\`sh\n${'line of text\n'.repeat(9000)}\`\`\`\n\n</details>`
    const text = renderCard({ ...base, card: sampleCard, details })
    expect(text.length).toBeLessThanOrEqual(cardCharactersMax)
    expect(text.length).toBeGreaterThan(cardCharactersMax - 100)
    expect(text.split('\n').slice(-9).join('\n')).toMatchInlineSnapshot(`
      "line of text
      line of text
      line of text
      \`\`\`

      </details>

      … cut: a comment cannot be longer. The rest is in the [summary of the run](https://github.example/acme/shop/actions/runs/9001).
      <!-- /strongroom:details -->"
    `)
    expect(text).toContain('### ✋ `/restore` waits for approval')
  })

  it('keeps state and run where even the facts are too long', () => {
    const names = Array.from({ length: 20 }, () => '|'.repeat(255))
    const card: Card = {
      ...sampleCard,
      waiting: { environment: 'database-restore', reviewers: names },
      approvers: names.map((login, index) => ({ id: index + 1, login })),
    }
    const text = renderCard({ ...base, card, details: 'Rows: 3' })
    expect(text.length).toBeLessThanOrEqual(cardCharactersMax)
    expect(text).toContain('waits for approval')
    expect(text).toContain('<sub>[Run 9001]')
    expect(text).toContain('Rows: 3')
    expect(text).not.toContain('Approved by')
  })

  it('refuses a signature that could close the marker', () => {
    expect(() => renderCard({ ...base, signature: 'x --> y', card: sampleCard })).toThrow()
  })
})
