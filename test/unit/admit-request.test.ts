import { describe, expect, it } from 'vitest'
import type { Adapters } from '../../action/adapters.ts'
import { admitRequest } from '../../action/admit-request.ts'
import type { RunContext } from '../../action/run-context.ts'
import type { RunFacts } from '../../action/runner/read-run-facts.ts'
import type { OpenBucket } from '../../action/storage/open-bucket.ts'
import { createFakeClock } from '../support/fakes/fake-clock.ts'
import { createFakeLog } from '../support/fakes/fake-log.ts'
import { makeInputs } from '../support/raw-inputs.ts'

const requestId = 'rq7-41-0-0123456789ab'

/** Admits a backup's request, and tells what was claimed for whom. */
async function admit(
  id: string,
  facts: Partial<RunFacts>,
  outcome: Awaited<ReturnType<OpenBucket['claimRequest']>> = { kind: 'claimed' },
) {
  const claims: unknown[] = []
  const context = {
    inputs: makeInputs({ command: 'backup', 'request-id': id, 'requested-by': 'asker' }),
    facts: { runId: '5001', runAttempt: 1, problems: [], ...facts },
    log: createFakeLog(),
    signal: new AbortController().signal,
  }
  const adapters = {
    clock: createFakeClock(),
    bucket: () => ({
      claimRequest: async (...[claim, claimant]: Parameters<OpenBucket['claimRequest']>) => {
        claims.push([claim.requestId, claimant, claim.run])
        return outcome
      },
    }),
  }
  await admitRequest(context as unknown as RunContext, adapters as unknown as Adapters)
  return claims
}

describe('admitRequest', () => {
  it.each([
    ['an App started it', requestId, 'strongroom[bot]', 'account'],
    ['a workflow started it', requestId, 'github-actions[bot]', 'workflows'],
    ['somebody uses an id of their own', 'deploy-42', 'octocat', 'account'],
    ['a workflow uses such an id', 'deploy-42', 'github-actions[bot]', 'account'],
  ])('claims the request where %s', async (_name, id, actor, claimant) => {
    expect(await admit(id, { actor })).toEqual([[id, claimant, { id: '5001', attempt: 1 }]])
  })

  it('goes by who started the run, and not by who started it again', async () => {
    const facts = { actor: 'github-actions[bot]', triggeringActor: 'octocat', runAttempt: 2 }
    expect(await admit(requestId, facts)).toMatchObject([[requestId, 'workflows', { attempt: 2 }]])
  })

  it.each([['octocat'], [undefined]])(
    'claims no request of a bot for a run that %s started',
    async (actor) => {
      await expect(admit(requestId, actor === undefined ? {} : { actor })).rejects.toMatchObject({
        code: 'invalid_input',
        stage: 'gate',
      })
    },
  )

  it('ends where another run has the request, and names it', async () => {
    const runUrl = 'https://github.example/acme/shop/actions/runs/4001'
    const facts = { actor: 'strongroom[bot]' }
    await expect(admit(requestId, facts, { kind: 'taken', runUrl })).rejects.toMatchObject({
      code: 'already_carried_out',
      message: expect.stringContaining(runUrl),
    })
  })
})
