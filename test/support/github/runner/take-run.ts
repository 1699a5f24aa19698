import { z } from 'zod'
import type { Values } from '../expressions/value.ts'
import { asObject } from '../github-description.ts'
import type { Happening } from '../happening.ts'
import { presentFullRepository } from '../resources/repositories.ts'
import { presentUser } from '../resources/users.ts'
import { readWorkflow } from '../resources/workflows.ts'
import type { ActiveRun } from './run-scene.ts'
import { workflowFileSchema } from './workflow-file.ts'

/** What every run of a runner has from it. */
export type RunnerFacts = Pick<
  ActiveRun,
  'world' | 'apiUrl' | 'folder' | 'groups' | 'minuteMs' | 'readAction' | 'changed'
> & { readonly began: (run: ActiveRun['run'], child: Parameters<ActiveRun['began']>[0]) => void }

/** A run that a runner has taken, which hears of cancellations and reviews from now on. */
export type TakenRun =
  | { readonly kind: 'taken'; readonly scene: ActiveRun; cancel(): void }
  /** Its file says what the fake does not carry out. */
  | { readonly kind: 'unfit'; readonly problem: string }

/** Takes a run that was requested. */
export function takeRun(
  facts: RunnerFacts,
  { repository, run, sender }: Extract<Happening, { event: 'workflow_run' }>,
): TakenRun {
  const read = workflowFileSchema.safeParse(readWorkflow(repository, run.workflow))
  if (!read.success) {
    return { kind: 'unfit', problem: `${run.workflow.file}: ${z.prettifyError(read.error)}` }
  }
  const control = new AbortController()
  const { event } = asObject(run.context['github'])
  const payload = {
    ...asObject(event),
    repository: presentFullRepository(repository, facts.apiUrl),
    sender: presentUser(sender, facts.apiUrl),
  } as Values
  const asked: { readonly id: number; tell(verdict: 'approved' | 'rejected'): void }[] = []
  const scene: ActiveRun = {
    ...facts,
    repository,
    run,
    file: read.data,
    payload,
    logs: [],
    dropped: [],
    began: (child) => facts.began(run, child),
    signal: control.signal,
    reviewed: ({ id }) => new Promise((tell) => asked.push({ id, tell })),
  }
  run.cancel = () => {
    run.pending = []
    control.abort()
  }
  run.reviewed = (environment, verdict) => {
    for (const { id, tell } of asked) if (id === environment.id) tell(verdict)
  }
  return { kind: 'taken', scene, cancel: () => control.abort() }
}
