/** What every part of the adapter knows of its repository. */
export interface Place {
  readonly owner: string
  readonly repo: string
}
