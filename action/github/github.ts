/** The readings that this room takes, each of one repository. */
export type GitHubRoute =
  | 'GET /repos/{owner}/{repo}'
  | 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
  | 'GET /repos/{owner}/{repo}/environments/{environment_name}'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}'
  | 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals'
  | 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}'
  | 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  | 'GET /repos/{owner}/{repo}/contents/{path}'
  | 'GET /repos/{owner}/{repo}/issues/comments/{comment_id}'

/** How a reading ended. */
export type GitHubAnswer =
  /** `data` is whatever GitHub sent: to be parsed before it is believed. */
  | { readonly kind: 'found'; readonly data: unknown }
  /** 404: not there, or hidden from this token. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'failed'
      /** "<what is>, expected <what should be>", without a value of ours. */
      readonly problem: string
      readonly hint: string
      readonly cause?: unknown
    }

/** One repository on GitHub, read only. Rejects only where the caller's signal fired. */
export interface GitHub {
  read(route: GitHubRoute, parameters?: Readonly<Record<string, string>>): Promise<GitHubAnswer>
}
