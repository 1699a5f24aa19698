import { Failure, type Stage } from '../domain/failure.ts'
import { explainFault, type Place, statusText } from './explain-fault.ts'
import type { Fault } from './fault.ts'

/**
 * The failure that a refused request becomes: one sentence, one hint, the facts that support asks
 * for (code, status, request id) and nothing of what was signed.
 */
export function bucketFailure(
  fault: Fault,
  purpose: { readonly stage: Stage; readonly doing: string },
  place: Place,
): Failure {
  const { code, is, expected, hint } = explainFault(fault, place)
  return new Failure({
    code,
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: ${is}, expected ${expected}`,
    hint,
    cause: new Error(summarize(fault)),
  })
}

function summarize({ code, status, requestId }: Fault): string {
  const request = requestId === undefined ? '' : `, request ${requestId}`
  return `${code}${statusText(status)}${request}`
}
