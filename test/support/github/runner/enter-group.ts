import { interpolate, interpolateValue } from '../expressions/interpolate.ts'
import type { Values } from '../expressions/value.ts'
import type { Place } from './concurrency.ts'
import type { ActiveRun } from './run-scene.ts'
import type { ConcurrencyFile } from './workflow-file.ts'

/** A place in the group that a workflow or a job names; groups are the repository's. */
export function enterGroup(
  { groups, repository }: ActiveRun,
  concurrency: ConcurrencyFile | undefined,
  contexts: Values,
  cancel: () => void,
): Place {
  if (concurrency === undefined) {
    return { turn: Promise.resolve(true), leave: () => undefined }
  }
  const { group, queue, 'cancel-in-progress': impatience } = concurrency
  const value = interpolateValue(String(impatience), { contexts })
  return groups.enter(`${repository.fullName} ${interpolate(group, { contexts })}`, {
    cancel,
    isImpatient: value === true || value === 'true',
    queue,
  })
}
