import type { Delivery } from '../job/ports.ts'
import type { HttpAnswer } from './send-request.ts'

/** Whether a message counts as told, in words that name no address. */
export function judgeAnswer(answer: HttpAnswer, input: string): Delivery {
  if (answer.kind === 'silent') {
    return {
      kind: 'failed',
      problem: 'the address did not answer in time, expected an answer',
      hint: `Look at the address in "${input}" and at the network of the runner.`,
    }
  }
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'told' }
  return {
    kind: 'failed',
    problem: `the address answered ${status}, expected 200 to 299`,
    hint: hintFor(status, input),
  }
}

function hintFor(status: number, input: string): string {
  if (status >= 300 && status < 400) {
    return `It leads elsewhere, which is not followed: put the final address into "${input}".`
  }
  if (status === 401 || status === 403) return `It refuses us: make a new address for "${input}".`
  if (status === 404 || status === 410) {
    return `There is no such address any more: make a new one for "${input}".`
  }
  if (status === 429) return 'It takes no more messages for now; this one is lost.'
  return status >= 500
    ? 'Its service has trouble; this message is lost.'
    : `It does not take this kind of message: look at what "${input}" leads to.`
}
