import type { Repository } from '../ports.ts'
import type { ApiAddress } from './api-address.ts'
import { connectComments } from './connect-comments.ts'
import { connectPeople } from './connect-people.ts'
import { connectRuns } from './connect-runs.ts'
import { type Authorize, createSender, type SenderOptions } from './create-sender.ts'

export interface RepositoryOptions extends Omit<SenderOptions, 'apiUrl'> {
  readonly address: ApiAddress
  /** "owner/name". */
  readonly fullName: string
  readonly defaultBranch: string
  /** Login that the bot writes as. */
  readonly selfLogin: string
  readonly authorize: Authorize
}

/**
 * One repository on GitHub, through its API. There is no throttling and no repeating but that of
 * `createSender`, because some requests must not be repeated, and a webhook has few seconds.
 */
export function connectRepository(options: RepositoryOptions): Repository {
  const { address, fullName, defaultBranch, selfLogin } = options
  const [owner = '', repo = ''] = fullName.split('/')
  const place = { owner, repo }
  const sender = createSender({ ...options, apiUrl: address.url })
  return {
    ...connectPeople(sender, place),
    ...connectComments(sender, place, selfLogin),
    ...connectRuns(sender, place, { defaultBranch, tellsRuns: !address.isServer }),
  }
}
