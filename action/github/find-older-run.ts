import { z } from 'zod'
import type { GitHub } from './github.ts'

/** Newest dispatches that are looked through; more than wait or run at a time. */
const runsMax = 100

const runSchema = z.object({
  id: z.int().positive(),
  /** ".github/workflows/database-restore.yml", at times with "@" and a ref behind it. */
  path: z.string().regex(/^[^@]*[^@/]/),
  actor: z.object({ id: z.int().positive() }).nullish(),
})
const runsSchema = z.object({
  workflow_runs: z.array(
    z.object({
      id: z.int().positive(),
      display_title: z.string(),
      html_url: z.string().max(500),
      actor: z.object({ id: z.int().positive() }).nullish(),
    }),
  ),
})

/** `unknown`: it could not be read; the claim in the bucket then decides alone. */
export type OlderRun =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly url: string }
  | { readonly kind: 'unknown'; readonly problem: string }

/**
 * Looks for an older run of the same workflow that the same account started for the same request, by the request id
 * in its title. Runs of others do not count: anybody with write access can give a run any title. The token needs
 * `actions: read`.
 */
export async function findOlderRun(
  github: GitHub,
  { runId, requestId }: { readonly runId: string; readonly requestId: string },
): Promise<OlderRun> {
  const answer = await github.read('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
    run_id: runId,
  })
  if (answer.kind === 'failed') return { kind: 'unknown', problem: answer.problem }
  const own = answer.kind === 'found' ? runSchema.safeParse(answer.data).data : undefined
  if (own === undefined) return { kind: 'unknown', problem: 'GitHub does not describe this run' }
  const listed = await github.read(
    'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    {
      workflow_id: fileOf(own.path),
      event: 'workflow_dispatch',
      per_page: String(runsMax),
    },
  )
  if (listed.kind === 'failed') return { kind: 'unknown', problem: listed.problem }
  const runs = listed.kind === 'found' ? runsSchema.safeParse(listed.data).data : undefined
  if (runs === undefined) return { kind: 'unknown', problem: 'GitHub does not list the runs' }
  const older = runs.workflow_runs.find(
    ({ id, display_title, actor }) =>
      id < own.id && actor?.id === own.actor?.id && display_title.split(/\s+/).includes(requestId),
  )
  return older === undefined ? { kind: 'none' } : { kind: 'found', url: older.html_url }
}

function fileOf(path: string): string {
  return path.split('@')[0]?.split('/').at(-1) ?? ''
}
