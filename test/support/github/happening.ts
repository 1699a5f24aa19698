import type { CommentState } from './resources/comments.ts'
import type { EnvironmentState } from './resources/environments.ts'
import type { JobState } from './resources/jobs.ts'
import type { RepositoryState } from './resources/repositories.ts'
import type { RunState } from './resources/runs.ts'
import type { UserState } from './resources/users.ts'

/** Something that happened in a repository: what webhooks tell of, and what starts workflows. */
export type Happening = {
  readonly repository: RepositoryState
  readonly sender: UserState
} & (
  | {
      readonly event: 'issue_comment'
      readonly action: 'created' | 'edited' | 'deleted'
      readonly comment: CommentState
      /** Of an edited one: the text before. */
      readonly before?: string
      /** Done with a `GITHUB_TOKEN`, which starts no workflow. */
      readonly isByWorkflow: boolean
    }
  | {
      readonly event: 'workflow_run'
      readonly action: 'requested' | 'in_progress' | 'completed'
      readonly run: RunState
    }
  | {
      readonly event: 'workflow_job'
      readonly action: 'queued' | 'waiting' | 'in_progress' | 'completed'
      readonly run: RunState
      readonly job: JobState
    }
  | {
      readonly event: 'deployment_review'
      readonly action: 'requested' | 'approved' | 'rejected'
      readonly run: RunState
      readonly job: JobState
      readonly environment: EnvironmentState
      readonly comment: string
      readonly since: Date
    }
  | {
      readonly event: 'deployment_status'
      readonly action: 'created'
      readonly run: RunState
      readonly job: JobState
      readonly environment: EnvironmentState
      readonly state:
        | 'waiting'
        | 'queued'
        | 'in_progress'
        | 'success'
        | 'failure'
        | 'error'
        | 'inactive'
    }
)
