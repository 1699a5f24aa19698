import { DatabaseError } from 'pg'
import { Failure, isFailure, type Stage } from '../domain/failure.ts'

/**
 * Explains what a query on an open connection ended with. A {@link Failure} stays what it is.
 * @param action what could not be done, as in "Cannot <action>"
 */
export function queryFailure(error: unknown, action: string, stage: Stage): Failure {
  if (isFailure(error)) return error
  if (error instanceof DatabaseError && error.code === '42501') {
    return new Failure({
      code: 'database_permission_denied',
      stage,
      message: `Cannot ${action}: ${error.message}, expected a user with that privilege`,
      hint: 'Grant it, or use another user.',
      cause: error,
    })
  }
  const isOver = !(error instanceof DatabaseError) || /^(08|57)/.test(error.code ?? '')
  const fault = error instanceof DatabaseError ? error.message : 'the connection ended'
  return new Failure({
    code: isOver ? 'database_unreachable' : 'unexpected',
    stage,
    message: `Cannot ${action}: ${fault}, expected an answer`,
    hint: 'Look into the server log, then try again.',
    cause: error,
  })
}
