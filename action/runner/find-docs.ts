import type { Environment } from './read-inputs.ts'

/** The documentation of the version in use, where the runner says which that is. */
export function findDocs(env: Environment): { readonly docsUrl?: string } {
  const server = env['GITHUB_SERVER_URL']
  const repository = env['GITHUB_ACTION_REPOSITORY']
  const ref = env['GITHUB_ACTION_REF']
  return server && repository && ref ? { docsUrl: `${server}/${repository}/blob/${ref}/docs` } : {}
}
