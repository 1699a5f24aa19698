import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningProcess } from '../../acceptance/running-process.ts'
import type { Values } from '../expressions/value.ts'
import type { Happening } from '../happening.ts'
import { type RunState, statusOf } from '../resources/runs.ts'
import { readWorkflow } from '../resources/workflows.ts'
import { changeRun } from '../run-story.ts'
import type { FakeGitHub } from '../start-fake-github.ts'
import { startRun } from '../start-run.ts'
import { presentFacts } from '../webhooks/present-payload.ts'
import { createGroups } from './concurrency.ts'
import { listensTo } from './listens-to.ts'
import { readAction } from './read-action.ts'
import type { ActiveRun, StepLog } from './run-scene.ts'
import { runWorkflow } from './run-workflow.ts'
import { type RunnerFacts, takeRun } from './take-run.ts'

/** What carries out the workflows of every repository of a fake GitHub, with the bundles under test. */
export interface WorkflowRunner {
  /** Resolves once a run has ended. */
  ended(run: RunState): Promise<void>
  /** Resolves once a run is so, or has ended. */
  until(run: RunState, status: ReturnType<typeof statusOf>): Promise<void>
  /** Resolves once a step of a run that begins from now on prints such a text. */
  said(run: RunState, pattern: RegExp): Promise<void>
  /** What the steps of a run printed, secrets hidden. */
  logs(run: RunState): readonly StepLog[]
  /** Outputs of jobs that were dropped because they held a secret: "plan.plan". */
  dropped(run: RunState): readonly string[]
  /** Resolves once no run goes on. */
  idle(): Promise<void>
  /** Cancels what goes on and removes the folders. Throws where a workflow could not be carried out. */
  close(): Promise<void>
}

/**
 * Starts it.
 *
 * @param options.minuteMs how long a minute of `timeout-minutes` takes; a minute unless told otherwise
 * @param options.isTokenHeard whether runs that a `GITHUB_TOKEN` dispatched are told to workflows that listen to
 *   runs. GitHub's documentation says that events of that token start nothing, and does not speak of this
 *   case; unverified, so nothing is heard unless told otherwise
 * @param options.readAction the Actions that there are; those of this repository unless told otherwise
 */
export async function startRunner(
  github: FakeGitHub,
  options: {
    readonly minuteMs?: number
    readonly isTokenHeard?: boolean
    readonly readAction?: typeof readAction
  } = {},
): Promise<WorkflowRunner> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-runner-'))
  const { world } = github
  const active = new Map<RunState, { readonly scene: ActiveRun; readonly ended: Promise<void> }>()
  const goingOn = new Set<Promise<void>>()
  const problems: string[] = []
  const watchers = new Set<() => void>()
  const look = () => {
    for (const watcher of watchers) watcher()
  }
  const ears = new Set<(run: RunState, child: RunningProcess) => void>()

  const facts: RunnerFacts = {
    world,
    folder,
    apiUrl: github.apiUrl,
    groups: createGroups(),
    minuteMs: options.minuteMs ?? 60_000,
    readAction: options.readAction ?? readAction,
    changed: look,
    began(run, child) {
      for (const ear of ears) ear(run, child)
    },
  }

  const listener = (happening: Happening) => {
    if (happening.event === 'workflow_run' && happening.action === 'requested') begin(happening)
    startListening(happening)
    queueMicrotask(look)
  }
  world.listeners.add(listener)

  /** Starts the workflows that listen to what happened. */
  function startListening(happening: Happening): void {
    const { repository, sender, action, event } = happening
    if (event !== 'issue_comment' && event !== 'workflow_run') return
    // GitHub: what a GITHUB_TOKEN writes starts no workflow.
    if (happening.event === 'issue_comment' && happening.isByWorkflow) return
    const isByToken = sender === world.apps.get('github-actions')?.user
    if (event === 'workflow_run' && isByToken && options.isTokenHeard !== true) return
    const source =
      happening.event === 'workflow_run'
        ? readWorkflow(repository, happening.run.workflow)['name']
        : undefined
    for (const workflow of repository.workflows.values()) {
      const { on } = readWorkflow(repository, workflow)
      if (workflow.state !== 'active' || !listensTo(on, { event, action, source })) continue
      const payload = { action, ...presentFacts(happening, github.apiUrl) } as Values
      startRun({ world, repository, workflow, event, actor: sender, payload })
    }
  }

  function begin(happening: Extract<Happening, { event: 'workflow_run' }>): void {
    const { repository, run } = happening
    const taken = takeRun(facts, happening)
    if (taken.kind === 'unfit') {
      problems.push(taken.problem)
      queueMicrotask(() => changeRun({ world, repository, run }, 'completed', 'startup_failure'))
      return
    }
    const { scene, cancel } = taken
    const ended = Promise.resolve()
      .then(() => runWorkflow(scene, cancel))
      .catch((error: unknown) => {
        problems.push(`${run.workflow.file}: ${String(error)}`)
        changeRun(scene, 'completed', 'failure')
      })
    active.set(run, { scene, ended })
    goingOn.add(ended)
    void ended.finally(() => goingOn.delete(ended))
  }

  const idle = async () => {
    while (goingOn.size > 0) await Promise.all(goingOn)
  }
  return {
    idle,
    ended: (run) => active.get(run)?.ended ?? Promise.resolve(),
    until: (run, status) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (statusOf(run) !== status && statusOf(run) !== 'completed') return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        watcher()
      }),
    said: (run, pattern) =>
      new Promise((resolve) => {
        const ear = (of: RunState, child: RunningProcess) => {
          if (of !== run) return
          // A process that ends without a word is not the one that was waited for.
          void child.said(pattern).then(
            () => {
              ears.delete(ear)
              resolve()
            },
            () => undefined,
          )
        }
        ears.add(ear)
      }),
    logs: (run) => active.get(run)?.scene.logs ?? [],
    dropped: (run) => active.get(run)?.scene.dropped ?? [],
    async close() {
      for (const run of active.keys()) if (statusOf(run) !== 'completed') run.cancel?.()
      await idle()
      world.listeners.delete(listener)
      await rm(folder, { recursive: true, force: true })
      if (problems.length > 0) throw new Error(`The fake runner met:\n${problems.join('\n')}`)
    },
  }
}
