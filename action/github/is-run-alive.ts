import { z } from 'zod'
import type { GitHub } from './github.ts'

const runSchema = z.object({ status: z.string().min(1) })

/**
 * Whether the run that an unfinished backup names is still under way. `gone` only where GitHub says
 * that it has completed: a run that cannot be found may belong to another repository with the same
 * bucket, so it is `unknown`, as is whatever cannot be read. The token needs `actions: read`.
 *
 * @param run the backup's `run`; with an attempt that attempt counts, since a re-run lives on under
 *   the same id
 */
export async function isRunAlive(
  github: GitHub,
  run: { readonly id: string; readonly attempt?: number | undefined },
): Promise<'alive' | 'gone' | 'unknown'> {
  if (!/^[1-9]\d*$/.test(run.id)) return 'unknown'
  const answer =
    run.attempt === undefined
      ? await github.read('GET /repos/{owner}/{repo}/actions/runs/{run_id}', { run_id: run.id })
      : await github.read(
          'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}',
          { run_id: run.id, attempt_number: String(run.attempt) },
        )
  const parsed = answer.kind === 'found' ? runSchema.safeParse(answer.data).data : undefined
  if (parsed === undefined) return 'unknown'
  return parsed.status === 'completed' ? 'gone' : 'alive'
}
