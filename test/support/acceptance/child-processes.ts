import { liveProcesses } from '../postgres/live-processes.ts'

/** Processes of one program whose environment leads to this port: our client programs for one cluster. */
export function clientsOf(port: number, program: string): readonly number[] {
  return liveProcesses()
    .filter(
      ({ command, environment }) =>
        command[0]?.endsWith(`/${program}`) === true && environment.includes(`PGPORT=${port}`),
    )
    .map(({ pid }) => pid)
}
