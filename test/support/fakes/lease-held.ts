import { Failure } from '../../../action/domain/failure.ts'

/** What taking, or losing, a lease or lock ends with. */
export function leaseHeld(holder: string): Failure {
  return new Failure({
    code: 'lease_held',
    stage: 'lease',
    message: `Cannot hold the lease: ${holder} has it, expected it to be free`,
  })
}
