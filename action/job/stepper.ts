import { formatDuration } from '../domain/format-duration.ts'
import type { RestoreStep } from '../domain/result.ts'
import type { Clock, Log } from './ports.ts'

/** Runs named steps one after the other and remembers what each said and how long it took. */
export interface Stepper {
  run<T>(
    name: string,
    work: () => Promise<{ readonly text: string; readonly value: T }>,
  ): Promise<T>
  taken(): readonly RestoreStep[]
}

/** A {@link Stepper} that tells every finished step in the log. */
export function createStepper(clock: Clock, log: Log): Stepper {
  const steps: RestoreStep[] = []
  return {
    async run(name, work) {
      const startedAt = clock.now().getTime()
      const { text, value } = await work()
      const durationMs = clock.now().getTime() - startedAt
      steps.push({ name, text, durationMs })
      log.info(`${name}: ${text} (${formatDuration(durationMs)})`)
      return value
    },
    taken: () => [...steps],
  }
}
