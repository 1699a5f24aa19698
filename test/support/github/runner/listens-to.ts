import { asObject } from '../github-description.ts'

/** Whether a workflow is started by this action; one of a run must name the workflow of that run. */
export function listensTo(
  on: unknown,
  what: { readonly event: string; readonly action: string; readonly source: unknown },
): boolean {
  if (on === what.event || (Array.isArray(on) && on.includes(what.event))) return true
  if (!Object.hasOwn(asObject(on), what.event)) return false
  const { types, workflows } = asObject(asObject(on)[what.event])
  if (what.event === 'workflow_run' && ![workflows].flat().includes(what.source)) return false
  return types === undefined || [types].flat().includes(what.action)
}
