import type { RunningProcess } from '../../acceptance/running-process.ts'
import type { Value, Values } from '../expressions/value.ts'
import type { EnvironmentState } from '../resources/environments.ts'
import type { RunScene } from '../run-story.ts'
import type { Groups } from './concurrency.ts'
import type { readAction } from './read-action.ts'
import type { WorkflowFile } from './workflow-file.ts'

/** What a job left for those that need it. */
export interface JobEnd {
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped'
  readonly outputs: Readonly<Record<string, string>>
}

/** What one step printed and left, as GitHub shows it: secrets hidden. */
export interface StepLog {
  readonly job: string
  readonly step: string
  readonly text: string
  readonly summary: string
  readonly code: number | null
}

/** A run that is being carried out. */
export interface ActiveRun extends RunScene {
  readonly file: WorkflowFile
  readonly apiUrl: string
  /** Where the folders of its jobs are made. */
  readonly folder: string
  readonly groups: Groups
  readonly readAction: typeof readAction
  /** How long a minute of `timeout-minutes` takes. */
  readonly minuteMs: number
  readonly payload: Values
  readonly logs: StepLog[]
  /** Names of outputs of jobs that were dropped because they held a secret. */
  readonly dropped: string[]
  /** Told of every process as it begins. */
  readonly began: (child: RunningProcess) => void
  /** Told where the run stands otherwise without a webhook. */
  readonly changed: () => void
  /** Aborted where the run is cancelled. */
  readonly signal: AbortSignal
  /** Resolves with a person's answer for an environment. */
  readonly reviewed: (environment: EnvironmentState) => Promise<'approved' | 'rejected'>
}

/** What every expression of a run can see. */
export function runContexts({ run, repository, file, apiUrl, payload }: ActiveRun): Values {
  const github = run.context['github'] as Values
  return {
    github: {
      ...github,
      event: payload,
      repository_id: String(repository.id),
      repository_owner: repository.owner.login,
      repository_owner_id: String(repository.owner.id),
      ref_name: repository.defaultBranch,
      ref_type: 'branch',
      sha: 'a'.repeat(40),
      run_id: String(run.id),
      run_attempt: String(run.attempts.length),
      run_number: String(run.number),
      workflow: file.name ?? run.workflow.file,
      server_url: 'https://github.example',
      api_url: apiUrl,
    },
    inputs: run.context['inputs'] ?? {},
    vars: repository.variables,
  }
}

/** The facts of the context `github` that every process gets. */
export function githubVariables(github: Values): Record<string, string> {
  const named = Object.entries(github).flatMap(([name, value]: [string, Value]) =>
    name === 'event' || name === 'token' ? [] : [[`GITHUB_${name.toUpperCase()}`, String(value)]],
  )
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_OS: 'Linux',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ...Object.fromEntries(named),
  }
}
