import type { Notice } from '../domain/notice.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { Channel } from '../job/ports.ts'
import { judgeAnswer } from './judge-answer.ts'
import { type HttpWorld, sendRequest } from './send-request.ts'

const name = 'ping'
const input = 'ping-url'

/** Paths below the address, as healthchecks.io and its like have them ("Pinging API"). */
const suffixes: Readonly<Record<Notice['kind'], string>> = {
  started: '/start',
  succeeded: '',
  flagged: '',
  failed: '/fail',
}

/** A dead man's switch outside of GitHub: told of each start, success and failure. */
export function createPingChannel(
  world: HttpWorld,
  { url, wants }: { readonly url: string; readonly wants: Channel['wants'] },
): Channel {
  return {
    name,
    wants,
    async tell({ notice }, signal) {
      const address = new URL(url)
      address.pathname = `${address.pathname.replace(/\/+$/, '')}${suffixes[notice.kind]}`
      const body = `${notice.title}\n${notice.message}`
      const headers = { 'content-type': 'text/plain; charset=utf-8' }
      return judgeAnswer(
        await sendRequest(world, { url: address.href, method: 'POST', headers, body }, signal),
        input,
      )
    },
    async probe(signal): Promise<DoctorCheck> {
      // Any request to the address itself, HEAD too, counts as a sign of life.
      const answer = await sendRequest(world, { url: new URL(url).origin, method: 'HEAD' }, signal)
      if (answer.kind === 'answered') {
        const text = 'its host answers; the address itself is not tried, since that would be a ping'
        return { name, state: 'unknown', text }
      }
      const advice = `Look at the address in "${input}" and at the network of the runner.`
      return { name, state: 'failed', text: 'its host did not answer in time', advice }
    },
  }
}
