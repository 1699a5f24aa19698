/** What every part of the benchmark is told. */
export interface BenchOptions {
  /** Size of the plain dump. */
  readonly gib: number
  readonly runs: number
  /** Whether a program is on PATH. */
  readonly has: (program: string) => boolean
}
